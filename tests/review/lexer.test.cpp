#include "libsig/review/lexer.hpp"

#include <algorithm>
#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "libsig/core/limits.hpp"
#include "tests/support/hunks.hpp"

using namespace libsig::review;
using libsig::testing::added_hunk;
using libsig::testing::marked_hunk;

namespace {

[[nodiscard]] std::string_view mark(token_kind kind) {
  constexpr std::string_view marks[] = {"",   "",   "",   "S<", "'",  "{<",
                                        ">}", ">S", "//", "M:", "M<", ">M"};
  return marks[static_cast<std::size_t>(kind)];
}

/// The tokens, each with a mark of its kind, separated by blanks.
[[nodiscard]] std::string show(const hunk& where, language what,
                               side which = side::new_side) {
  std::string out;
  for (const auto& each : lex(where, which, what)) {
    if (!out.empty())
      out += ' ';
    out += mark(each.kind);
    out += each.text;
  }
  return out;
}

[[nodiscard]] std::string show(std::string_view text, language what) {
  return show(added_hunk(text), what);
}

} // namespace

BOOST_AUTO_TEST_SUITE(lexer)

BOOST_AUTO_TEST_CASE(comments_are_told_from_strings) {
  BOOST_TEST(show("x = '# no' # yes", language::python)
             == "x = S<' '# no >S' //# yes");
  BOOST_TEST(show("x = \"// no\"; // yes", language::java)
             == "x = S<\" '// no >S\" ; //// yes");
  BOOST_TEST(show("select '--' -- c", language::sql)
             == "select S<' '-- >S' //-- c");
}

BOOST_AUTO_TEST_CASE(a_block_comment_spans_lines) {
  BOOST_TEST(show("a /* b\nc */ d", language::c_family) == "a ///* b //c */ d");
}

BOOST_AUTO_TEST_CASE(interpolation_is_code_within_strings) {
  BOOST_TEST(show("f'a{b[1]}c{{d}}'", language::python)
             == "S<f' 'a {<{ b [ 1 ] >}} 'c{{d}} >S'");
  BOOST_TEST(show("`a${b}`", language::javascript) == "S<` 'a {<${ b >}} >S`");
  BOOST_TEST(show("s\"a$b\"", language::scala) == "S<s\" 'a {<$ b >} >S\"");
  BOOST_TEST(show("\"a$b\"", language::scala) == "S<\" 'a$b >S\"");
  BOOST_TEST(show("\"a#{b}\"", language::ruby) == "S<\" 'a {<#{ b >}} >S\"");
  BOOST_TEST(show("'a#{b}'", language::ruby) == "S<' 'a#{b} >S'");
  BOOST_TEST(show("$\"a{b}\"", language::csharp) == "S<$\" 'a {<{ b >}} >S\"");
  BOOST_TEST(show("$q = \"a$b[c]\";", language::php)
             == "$q = S<\" 'a {< $b [ c ] >} >S\" ; >M");
}

BOOST_AUTO_TEST_CASE(braces_within_a_hole_do_not_end_it) {
  BOOST_TEST(show("`${f({})}`", language::javascript)
             == "S<` {<${ f ( { } ) >}} >S`");
}

BOOST_AUTO_TEST_CASE(a_here_document_comes_behind_its_mark) {
  BOOST_TEST(show("run(<<~SQL, id)\n  a #{b}\nSQL\nc", language::ruby)
             == "run ( S<<<~SQL '  a  {<#{ b >}} >SSQL , id ) c");
  BOOST_TEST(show("f(<<-A, <<-B)\na\n  A\nb\nB\n", language::ruby)
             == "f ( S<<<-A 'a >SA , S<<<-B 'b >SB )");
}

BOOST_AUTO_TEST_CASE(a_here_document_without_its_body_is_closed) {
  BOOST_TEST(show("f(<<~A)", language::ruby) == "f ( S<<<~A >S )");
}

BOOST_AUTO_TEST_CASE(here_documents_within_one_another_are_all_closed) {
  const auto tokens = lex(added_hunk("f(<<~A, <<~C)\n#{<<~B}\nA\nb\nC\nc\n"),
                          side::new_side, language::ruby);
  const auto count = [&](token_kind kind) {
    return std::count_if(tokens.begin(), tokens.end(),
                         [&](const token& it) { return it.kind == kind; });
  };
  BOOST_TEST(count(token_kind::string_open) == 3);
  BOOST_TEST(count(token_kind::string_close) == 3);
}

BOOST_AUTO_TEST_CASE(an_unterminated_string_ends_with_its_line) {
  BOOST_TEST(show("a = \"b\nc", language::java) == "a = S<\" 'b >S c");
  BOOST_TEST(show("a = `b\nc`", language::go) == "a = S<` 'b 'c >S`");
}

BOOST_AUTO_TEST_CASE(division_is_no_regular_expression) {
  BOOST_TEST(show("a / b / c", language::javascript) == "a / b / c");
  BOOST_TEST(show("x = /['\"]/g", language::javascript)
             == "x = S</ '['\"] >S/g");
}

BOOST_AUTO_TEST_CASE(lifetimes_are_no_characters) {
  BOOST_TEST(show("f<'a>('x')", language::rust) == "f < 'a > ( S<' 'x >S' )");
}

BOOST_AUTO_TEST_CASE(templates_are_markup_around_code) {
  BOOST_TEST(show("<a><%= x %></a>", language::erb)
             == "M:<a> M<<%= x >M%> M:</a>");
  BOOST_TEST(show("{{ x|safe }}", language::jinja) == "M<{{ x | safe >M}}");
  BOOST_TEST(show("<b>{# no #}{{{x}}}", language::html)
             == "M:<b> //{# // no #} M<{{{ x >M}}}");
  BOOST_TEST(show("a@b.c @Html.Raw(x).Y z", language::razor)
             == "M:a@b.c  M<@ Html . Raw ( x ) . Y >M M: z");
  BOOST_TEST(show("p!= x\n| y", language::slim) == "M:p M<!= x >M M:| y");
  BOOST_TEST(show("<i><?= $x ?></i>", language::php)
             == "M:<i> M<<?= $x >M?> M:</i>");
}

BOOST_AUTO_TEST_CASE(a_hunk_that_begins_in_a_comment_is_read_so) {
  const auto inside = marked_hunk("+ it's\n+ */\n+a;\n", 9);
  BOOST_TEST(show(inside, language::java) == "// it's // */ a ;");
  const auto glob = marked_hunk("+x = 'a/**/*.js';\n+y;\n", 9);
  BOOST_TEST(show(glob, language::javascript)
             == "x = S<' 'a/**/*.js >S' ; y ;");
}

BOOST_AUTO_TEST_CASE(a_hunk_that_begins_in_a_docstring_is_read_so) {
  const auto inside = marked_hunk("+ it's prose\n+ \"\"\"\n+a\n", 9);
  BOOST_TEST(show(inside, language::python) == "' it's prose '  >S\"\"\" a");
}

BOOST_AUTO_TEST_CASE(a_hunk_that_begins_in_code_of_a_template_is_read_so) {
  const auto inside = marked_hunk("+ x = 1\n+%>\n+<p>\n", 9);
  BOOST_TEST(show(inside, language::erb) == "x = 1 >M%> M:<p>");
}

BOOST_AUTO_TEST_CASE(each_side_has_its_own_lines) {
  const auto both = marked_hunk(" a\n-b\n+c\n", 5);
  BOOST_TEST(show(both, language::go, side::new_side) == "a c");
  BOOST_TEST(show(both, language::go, side::old_side) == "a b");
  const auto tokens = lex(both, side::new_side, language::go);
  BOOST_REQUIRE_EQUAL(tokens.size(), 2u);
  BOOST_TEST(tokens[1].line == 6u);
  BOOST_TEST((tokens[1].origin == line_kind::added));
}

BOOST_AUTO_TEST_CASE(lines_at_the_limit_are_read_and_longer_ones_are_not) {
  const std::string at(libsig::limits::checked_line_bytes_max, 'a');
  BOOST_TEST(lex(added_hunk(at), side::new_side, language::go).size() == 1u);
  const auto longer = at + 'a';
  BOOST_TEST(lex(added_hunk(longer), side::new_side, language::go).empty());
}

BOOST_AUTO_TEST_CASE(holes_deeper_than_the_limit_are_text) {
  std::string deep;
  for (int level = 0; level < 100; ++level)
    deep += "`${";
  BOOST_TEST(
    !lex(added_hunk(deep), side::new_side, language::javascript).empty());
}

BOOST_AUTO_TEST_CASE(any_bytes_in_any_language_give_balanced_tokens) {
  const bool held = rc::check([](const std::string& text) {
    const auto what = static_cast<language>(
      *rc::gen::inRange(0, static_cast<int>(language::twirl) + 1));
    const auto where = marked_hunk(text, *rc::gen::inRange(1u, 3u));
    int strings = 0;
    for (const auto& each : lex(where, side::new_side, what)) {
      strings += each.kind == token_kind::string_open ? 1 : 0;
      strings -= each.kind == token_kind::string_close ? 1 : 0;
    }
    RC_ASSERT(strings == 0);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
