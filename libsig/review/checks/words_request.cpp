#include "libsig/review/checks/words.hpp"

namespace libsig::review::checks {

// -- requests

namespace {

constexpr auto request_roots = make_words({"request",
                                           "req",
                                           "ctx",
                                           "context",
                                           "r",
                                           "c",
                                           "httprequest",
                                           "conn",
                                           "httpcontext",
                                           "servletrequest",
                                           "httpservletrequest",
                                           "flask",
                                           "rq",
                                           "exchange",
                                           "event",
                                           "input",
                                           "routeparams",
                                           "this_request",
                                           "httpreq",
                                           "_request",
                                           "location",
                                           "document",
                                           "window",
                                           "route",
                                           "router",
                                           "query",
                                           "rc"});

constexpr auto request_members = make_words({"args",
                                             "form",
                                             "values",
                                             "json",
                                             "data",
                                             "cookies",
                                             "cookie",
                                             "headers",
                                             "header",
                                             "query_params",
                                             "queryparams",
                                             "params",
                                             "param",
                                             "files",
                                             "meta",
                                             "body",
                                             "get_json",
                                             "query",
                                             "querystring",
                                             "query_string",
                                             "getparameter",
                                             "getparametervalues",
                                             "getparametermap",
                                             "getheader",
                                             "getheaders",
                                             "getcookies",
                                             "getquerystring",
                                             "getinputstream",
                                             "getreader",
                                             "getpathinfo",
                                             "getrequesturi",
                                             "getrequesturl",
                                             "formvalue",
                                             "postformvalue",
                                             "postform",
                                             "url",
                                             "originalurl",
                                             "defaultquery",
                                             "queryparam",
                                             "pathvalue",
                                             "getqueryparams",
                                             "getparsedbody",
                                             "post",
                                             "get",
                                             "request",
                                             "queryparameters",
                                             "querystringparameters",
                                             "getquery",
                                             "getpost",
                                             "getrawbody",
                                             "path_params",
                                             "query_parameters",
                                             "request_parameters",
                                             "bodyparser",
                                             "formparams",
                                             "formparam",
                                             "pathparam",
                                             "hash",
                                             "search",
                                             "href",
                                             "referrer",
                                             "documenturi",
                                             "pathparameters",
                                             "getpart",
                                             "getparameternames",
                                             "rawurl",
                                             "useragent",
                                             "full_path",
                                             "user_agent",
                                             "referer",
                                             "getvar",
                                             "getstring",
                                             "all",
                                             "input",
                                             "getparam",
                                             "getfirst",
                                             "multipartform",
                                             "allparams",
                                             "only",
                                             "except",
                                             "querymap",
                                             "getall",
                                             "remote_user",
                                             "rel_url",
                                             "match_info",
                                             "urlreferrer",
                                             "body_params",
                                             "getform",
                                             "fullpath",
                                             "rawquery",
                                             "postformarray",
                                             "getpostparameter",
                                             "defaultpostform",
                                             "bind",
                                             "env",
                                             "path"});

} // namespace

bool reads_request(std::string_view root, std::string_view member,
                   language spoken) noexcept {
  const lowered lowered_root(root);
  const lowered lowered_member(member);
  const std::string_view base(lowered_root);
  const std::string_view part(lowered_member);
  if (!request_roots.has(lowered_root) || !request_members.has(lowered_member))
    return false;
  if (base == "location")
    return part == "hash" || part == "search" || part == "href";
  if (base == "document")
    return part == "url" || part == "cookie" || part == "referrer"
           || part == "documenturi";
  if (base == "window" || base == "input" || base == "query"
      || base == "router")
    return false;
  if (base == "event")
    return part == "body" || part == "querystringparameters"
           || part == "pathparameters";
  if (base.size() == 1)
    return spoken == language::go || (base == "c" && part == "req");
  if (base == "conn")
    return spoken == language::elixir && part != "get" && part != "query";
  if (base == "context" || base == "httpcontext" || base == "exchange"
      || base == "ctx" || base == "flask")
    return part == "request" || part == "query" || part == "params"
           || part == "param" || part == "body" || part == "queryparam"
           || part == "formparam" || part == "pathparam" || part == "formvalue"
           || part == "cookies" || part == "postform";
  if (part == "get" || part == "post")
    // `request.GET` is data, `request.get(…)` mostly too; `requests.get` not.
    return true;
  if (part == "env" || part == "path")
    return spoken == language::ruby || spoken == language::erb
           || spoken == language::python;
  return true;
}

bool is_request_data(std::string_view name, language spoken) noexcept {
  if (name.starts_with("$_"))
    return name == "$_GET" || name == "$_POST" || name == "$_REQUEST"
           || name == "$_COOKIE" || name == "$_SERVER" || name == "$_FILES";
  if (name == "params" || name == "cookies")
    return spoken == language::ruby || spoken == language::erb
           || spoken == language::slim || spoken == language::elixir;
  return name == "$HTTP_GET_VARS" || name == "$HTTP_RAW_POST_DATA";
}

bool is_constant_name(std::string_view name) noexcept {
  bool capital = false;
  for (const char each : name) {
    if (each >= 'a' && each <= 'z')
      return false;
    capital = capital || (each >= 'A' && each <= 'Z');
  }
  return capital && name.size() > 1 && !name.starts_with('$');
}

bool is_harmless_type(std::string_view name) noexcept {
  constexpr auto types = make_words({"int",
                                     "integer",
                                     "long",
                                     "short",
                                     "byte",
                                     "float",
                                     "double",
                                     "bool",
                                     "boolean",
                                     "number",
                                     "uuid",
                                     "int8",
                                     "int16",
                                     "int32",
                                     "int64",
                                     "uint",
                                     "uint8",
                                     "uint16",
                                     "uint32",
                                     "uint64",
                                     "float32",
                                     "float64",
                                     "i8",
                                     "i16",
                                     "i32",
                                     "i64",
                                     "i128",
                                     "u8",
                                     "u16",
                                     "u32",
                                     "u64",
                                     "usize",
                                     "isize",
                                     "f32",
                                     "f64",
                                     "size_t",
                                     "decimal",
                                     "bigdecimal",
                                     "datetime",
                                     "date",
                                     "guid",
                                     "localdate",
                                     "localdatetime",
                                     "instant",
                                     "timespan",
                                     "biginteger",
                                     "char_",
                                     "ulong",
                                     "ushort",
                                     "sbyte",
                                     "bigint",
                                     "timestamp",
                                     "uint64_t",
                                     "int64_t",
                                     "uint32_t",
                                     "int32_t",
                                     "offsetdatetime",
                                     "zoneddatetime",
                                     "duration"});
  return types.has(lowered(name));
}

} // namespace libsig::review::checks
