#include "libsig/review/checks/words.hpp"

#include <algorithm>

namespace libsig::review::checks {

namespace {

[[nodiscard]] constexpr char lower(char given) noexcept {
  return given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a')
                                      : given;
}

constexpr auto numbers = make_words({"int",
                                     "integer",
                                     "float",
                                     "double",
                                     "long",
                                     "bool",
                                     "boolean",
                                     "decimal",
                                     "intval",
                                     "floatval",
                                     "boolval",
                                     "absint",
                                     "to_i",
                                     "to_f",
                                     "parseint",
                                     "parsefloat",
                                     "parselong",
                                     "parsedouble",
                                     "parseuint",
                                     "parsebool",
                                     "toint",
                                     "tolong",
                                     "todouble",
                                     "toint32",
                                     "toint64",
                                     "atoi",
                                     "number",
                                     "bigint",
                                     "len",
                                     "length",
                                     "count",
                                     "size",
                                     "sizeof",
                                     "strlen",
                                     "uuid",
                                     "fromstring",
                                     "randomuuid",
                                     "isinstance",
                                     "abs",
                                     "round",
                                     "floor",
                                     "ceil",
                                     "min",
                                     "max",
                                     "hash",
                                     "md5",
                                     "sha1",
                                     "sha256",
                                     "hexdigest",
                                     "time",
                                     "now",
                                     "date",
                                     "strtotime",
                                     "gettime",
                                     "timestamp",
                                     "random",
                                     "rand",
                                     "mt_rand",
                                     "uniqid",
                                     "indexof",
                                     "equals",
                                     "isempty",
                                     "is_numeric",
                                     "ctype_digit",
                                     "contains",
                                     "startswith",
                                     "endswith",
                                     "tofixed",
                                     "toint16",
                                     "parsedecimal",
                                     "tointornull",
                                     "tolongornull",
                                     "toboolean",
                                     "strftime",
                                     "isoformat",
                                     "ord",
                                     "crc32",
                                     "valueasint",
                                     "intvalue",
                                     "longvalue",
                                     "toepochmilli",
                                     "objectid",
                                     "itoa",
                                     "formatint",
                                     "uuid4",
                                     "newguid",
                                     "ord",
                                     "integer_or_nil",
                                     "to_integer",
                                     "nextint",
                                     "getint",
                                     "getlong",
                                     "optint",
                                     "queryint",
                                     "sum",
                                     "filter_var_int",
                                     "password_hash",
                                     "bcrypt",
                                     "base64_encode",
                                     "b64encode",
                                     "urlsafe_b64encode",
                                     "encodetostring",
                                     "nonce",
                                     "csrf_token",
                                     "isset",
                                     "empty",
                                     "getid",
                                     "insert_id",
                                     "lastinsertid",
                                     "last_insert_id",
                                     "rowcount",
                                     "getspid"});

constexpr auto sql_quoters = make_words({"real_escape_string",
                                         "mysql_real_escape_string",
                                         "mysqli_real_escape_string",
                                         "pg_escape_string",
                                         "pg_escape_literal",
                                         "pg_escape_identifier",
                                         "esc_sql",
                                         "escape_string",
                                         "prepare",
                                         "quote",
                                         "quote_column_name",
                                         "quote_table_name",
                                         "quote_string",
                                         "quote_ident",
                                         "quote_identifier",
                                         "quoteidentifier",
                                         "quoteliteral",
                                         "quotename",
                                         "sanitize_sql",
                                         "sanitize_sql_array",
                                         "sanitize_sql_like",
                                         "sanitize_sql_for_conditions",
                                         "sanitize_sql_for_order",
                                         "identifier",
                                         "literal",
                                         "placeholder",
                                         "escapeid",
                                         "escapeidentifier",
                                         "escapeliteral",
                                         "sqlstring",
                                         "addslashes",
                                         "quoteto",
                                         "quoteto",
                                         "quotevalue",
                                         "escapesql",
                                         "encodeforsql",
                                         "escape_identifier",
                                         "escape_literal",
                                         "pq_quote",
                                         "quotenameas",
                                         "quoted_id",
                                         "like_escape",
                                         "escape_like",
                                         "bindparam",
                                         "addparameter",
                                         "esc_like",
                                         "sqlidentifier",
                                         "mogrify",
                                         "quoteinto",
                                         "sqlite_escape_string"});

constexpr auto html_escapers = make_words({"htmlspecialchars",
                                           "htmlentities",
                                           "esc_html",
                                           "esc_attr",
                                           "esc_url",
                                           "esc_js",
                                           "esc_textarea",
                                           "wp_kses",
                                           "wp_kses_post",
                                           "esc_html__",
                                           "esc_attr__",
                                           "strip_tags",
                                           "escape",
                                           "escapehtml",
                                           "escape_html",
                                           "html_escape",
                                           "escapehtml4",
                                           "escapehtml3",
                                           "escapexml",
                                           "escapexml10",
                                           "escapexml11",
                                           "htmlescape",
                                           "htmlencode",
                                           "htmlattributeencode",
                                           "encodeforhtml",
                                           "encodeforhtmlattribute",
                                           "encodeforjavascript",
                                           "forhtml",
                                           "forhtmlcontent",
                                           "forhtmlattribute",
                                           "forjavascript",
                                           "forhtmlunquotedattribute",
                                           "foruricomponent",
                                           "forcssstring",
                                           "encodeuricomponent",
                                           "encodeuri",
                                           "htmlescapestring",
                                           "htmlescaper",
                                           "jsescapestring",
                                           "queryescape",
                                           "urlqueryescaper",
                                           "pathescape",
                                           "urlencode",
                                           "rawurlencode",
                                           "url_encode",
                                           "quote_plus",
                                           "urlquote",
                                           "sanitizehtml",
                                           "sanitize_html",
                                           "purify",
                                           "bleach",
                                           "clean",
                                           "linkify",
                                           "strip_links",
                                           "conditional_escape",
                                           "format_html",
                                           "format_html_join",
                                           "escapejs",
                                           "force_escape",
                                           "h",
                                           "e",
                                           "j",
                                           "escape_javascript",
                                           "json_escape",
                                           "escape_once",
                                           "striptags",
                                           "to_json",
                                           "tojson",
                                           "json_encode",
                                           "stringify",
                                           "dumps",
                                           "json_script",
                                           "jsonencode",
                                           "toJson",
                                           "cgi_escape",
                                           "escape_tags",
                                           "html_entities",
                                           "encode_entities",
                                           "sanitize_text_field",
                                           "sanitize_email",
                                           "sanitize_key",
                                           "wp_strip_all_tags",
                                           "escapestring",
                                           "escapetext",
                                           "strictpolicy",
                                           "sanitizebytes",
                                           "gohtml",
                                           "xmlescape",
                                           "escapehtmlattr",
                                           "htmlsafe",
                                           "createtextnode",
                                           "html_attribute_encode",
                                           "urlpathencode",
                                           "url_for",
                                           "reverse",
                                           "asset_path",
                                           "image_tag",
                                           "image_path",
                                           "encodehtml",
                                           "marshal",
                                           "serializeobject",
                                           "serialize",
                                           "filter_input_html",
                                           "t",
                                           "__",
                                           "_e",
                                           "gettext",
                                           "ugettext",
                                           "trans",
                                           "translate",
                                           "l",
                                           "safehtml",
                                           "safehtmlutils",
                                           "htmlencoder",
                                           "strip",
                                           "javascriptstringencode",
                                           "parse_markdown_safe",
                                           "sanitized_html",
                                           "to_sentence_safe",
                                           "hexencode",
                                           "render",
                                           "render_to_string",
                                           "render_template",
                                           "xhtml_escape",
                                           "escapeexpression",
                                           "escapehtmlstring",
                                           "template",
                                           "t_",
                                           "i18n",
                                           "_x",
                                           "esc_html_e",
                                           "number_format",
                                           "date_i18n",
                                           "attr_escape"});

constexpr auto both_cleaners = make_words(
  {"basename_safe", "validate", "whitelist", "allowlist", "sanitizer",
   "sanitize_input", "escape_all", "secure_filename", "slugify", "parameterize",
   "sanitize_title", "sanitize_user", "sanitize"});

constexpr auto formatters = make_words(
  {"sprintf", "format", "vsprintf", "formatted", "sprintfn", "appendformat",
   "messageformat", "snprintf", "asprintf", "fsprintf", "interpolate", "fmt",
   "stringformat", "substitute", "strtr"});

constexpr auto passers = make_words({"str",
                                     "string",
                                     "tostring",
                                     "to_s",
                                     "valueof",
                                     "concat",
                                     "append",
                                     "prepend",
                                     "insert",
                                     "strip",
                                     "trim",
                                     "lstrip",
                                     "rstrip",
                                     "lower",
                                     "upper",
                                     "tolowercase",
                                     "touppercase",
                                     "strtolower",
                                     "strtoupper",
                                     "tolower",
                                     "toupper",
                                     "downcase",
                                     "upcase",
                                     "replace",
                                     "replaceall",
                                     "str_replace",
                                     "preg_replace",
                                     "gsub",
                                     "sub",
                                     "substr",
                                     "substring",
                                     "slice",
                                     "split",
                                     "join",
                                     "implode",
                                     "explode",
                                     "decode",
                                     "encode",
                                     "urldecode",
                                     "decodeuricomponent",
                                     "unescape",
                                     "unquote",
                                     "stripmargin",
                                     "dedent",
                                     "squish",
                                     "heredoc",
                                     "capitalize",
                                     "ucfirst",
                                     "rtrim",
                                     "ltrim",
                                     "nl2br",
                                     "stripslashes",
                                     "bytes",
                                     "getbytes",
                                     "byte",
                                     "buffer",
                                     "from",
                                     "stringbuilder",
                                     "stringbuffer",
                                     "strings",
                                     "build",
                                     "builder",
                                     "fromliteral",
                                     "reduce",
                                     "foldl",
                                     "copy",
                                     "unicode",
                                     "string_value",
                                     "dup",
                                     "freeze",
                                     "clone",
                                     "utf8_decode",
                                     "utf8_encode",
                                     "iconv",
                                     "html_entity_decode",
                                     "base64_decode",
                                     "b64decode",
                                     "trimspace",
                                     "tochararray",
                                     "array_values",
                                     "cast",
                                     "coalesce",
                                     "orelse",
                                     "or_else",
                                     "chomp",
                                     "intern",
                                     "of",
                                     "oneline",
                                     "stripindent",
                                     "trimindent",
                                     "outdent",
                                     "mkstring",
                                     "newreplacer",
                                     "plain",
                                     "sorted",
                                     "tolist",
                                     "array_merge",
                                     "push",
                                     "sprintf_",
                                     "htmlspecialchars_decode",
                                     "wrap",
                                     "presence",
                                     "c_str",
                                     "as_str",
                                     "asstring",
                                     "as_ref",
                                     "tobytes",
                                     "asstr",
                                     "to_owned",
                                     "into",
                                     "as_string",
                                     "to_str",
                                     "tostr",
                                     "clone_"});

constexpr auto lookups =
  make_words({"get", "getordefault", "getorelse", "fetch", "dig", "first",
              "last", "at", "trygetvalue", "elementat", "getornull"});

constexpr auto mappers = make_words(
  {"map", "collect", "array_map", "flatmap", "select", "apply", "filtermap"});

constexpr auto constants = make_words({"nameof",
                                       "getsimplename",
                                       "table_name",
                                       "quoted_table_name",
                                       "__tablename__",
                                       "db_table",
                                       "tablename",
                                       "classname",
                                       "quoted_primary_key",
                                       "primary_key",
                                       "repeat",
                                       "str_repeat",
                                       "ncopies",
                                       "array_fill",
                                       "fill",
                                       "typeof",
                                       "gettablename",
                                       "prefix",
                                       "innerhtml",
                                       "outerhtml",
                                       "table_prefix",
                                       "get_table_name",
                                       "column_names",
                                       "getcanonicalname",
                                       "getname_of_class",
                                       "static_url",
                                       "csrf_field",
                                       "quoted_name",
                                       "getenv",
                                       "environ",
                                       "_",
                                       "ngettext",
                                       "pgettext"});

[[nodiscard]] bool contains(std::string_view text,
                            std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

} // namespace

lowered::lowered(std::string_view name) noexcept {
  while (name.size() > 1 && (name.front() == '$' || name.front() == '@'))
    name.remove_prefix(1);
  if (name.ends_with('!'))
    name.remove_suffix(1);
  size_ = std::min(name.size(), text_.size());
  hash_ = 0x811c'9dc5u;
  for (std::size_t at = 0; at < size_; ++at) {
    text_[at] = lower(name[at]);
    hash_ = (hash_ ^ static_cast<unsigned char>(text_[at])) * 0x0100'0193u;
  }
}

effect effect_of(std::string_view name) noexcept {
  const lowered low(name);
  const std::string_view word(low);
  if (passers.has(low))
    return effect::passes;
  if (formatters.has(low))
    return effect::formats;
  if (sql_quoters.has(low))
    return effect::quotes_sql;
  if (html_escapers.has(low))
    return effect::escapes;
  if (numbers.has(low))
    return effect::number;
  if (constants.has(low))
    return effect::literal;
  if (both_cleaners.has(low))
    return effect::cleans;
  if (lookups.has(low))
    return effect::looks_up;
  if (mappers.has(low))
    return effect::maps;
  if (word.size() < 5)
    return effect::unknown;
  if (contains(word, "unescape") || contains(word, "decode"))
    return effect::passes;
  if (contains(word, "sanit") || contains(word, "whitelist")
      || contains(word, "allowlist") || contains(word, "validat")
      || contains(word, "purif") || contains(word, "allowed"))
    return effect::cleans;
  if (contains(word, "htmlenc") || contains(word, "htmlesc")
      || contains(word, "escapehtml") || contains(word, "escape_html")
      || contains(word, "encodehtml"))
    return effect::escapes;
  if (contains(word, "sql")
      && (contains(word, "esc") || contains(word, "quot")))
    return effect::quotes_sql;
  if (contains(word, "escape"))
    return effect::cleans;
  if (contains(word, "placeholder"))
    return effect::literal;
  return effect::unknown;
}

// -- requests
// ------------------------------------------------------------------

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
