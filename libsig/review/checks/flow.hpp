#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libsig/review/checks/value.hpp"
#include "libsig/review/checks/words.hpp"
#include "libsig/review/language.hpp"
#include "libsig/review/lexer.hpp"

namespace libsig::review::checks {

/// The characters of an operator as a number.
[[nodiscard]] constexpr std::uint32_t code_of(std::string_view text) noexcept {
  std::uint32_t made = 0;
  for (std::size_t at = 0; at < text.size() && at < 4; ++at)
    made = made << 8u | static_cast<unsigned char>(text[at]);
  return made;
}

/// The tokens first..last-1 of a flow.
struct token_range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] bool empty() const noexcept { return first >= last; }
};

/// A call that the flow came by.
struct seen_call {
  static constexpr std::size_t arguments_max = 6;

  std::string_view name;     ///< what is called
  lowered word{{}};          ///< the same in lower case
  std::string_view root;     ///< the first name of the chain; may be `name`
  std::string_view previous; ///< the name before `name`, or empty
  std::uint32_t at = 0;      ///< index of the name's token
  std::uint32_t start = 0;   ///< index of the chain's first token
  value receiver;
  std::array<value, arguments_max> arguments;
  std::array<token_range, arguments_max> ranges;
  std::size_t count = 0;       ///< arguments that are there, cut at the maximum
  bool is_constructor = false; ///< `new name(…)`

  /// All arguments, the one or the other.
  [[nodiscard]] value any_argument() const noexcept {
    value all;
    for (std::size_t at_ = 0; at_ < count; ++at_)
      all = either(all, arguments[at_]);
    return all;
  }
};

/// What a name in a scope holds.
struct variable {
  std::string_view name; ///< the whole chain, such as `self.query`
  value held;
  std::uint32_t indent = 0; ///< of the line on which it first got a value
  std::uint32_t token = 0;  ///< where it was put together
  bool reported = false;
  /// Its type holds no text, so whatever it is given is harmless.
  bool typed = false;
  /// A list or a map whose elements are known one by one.
  bool listed = false;
  std::optional<std::int64_t> number; ///< when it is known
  /// What the branches so far gave it, when an `else` may still follow.
  std::optional<value> branches;
};

/// An element of a list, where `key` is empty, or of a map.
struct element {
  std::string_view owner; ///< the variable that holds it
  std::string_view key;
  value held;
};

/// What a function of the hunk gives back, either one of its values.
struct helper {
  std::string_view name;
  value given;
};

class flow;

/// What a check does with what a flow sees; all calls come in source order.
class flow_observer {
public:
  virtual ~flow_observer() = default;

  virtual void on_call(flow& in, const seen_call& call) = 0;
  /// A chain of names got a value; `target` is its tokens.
  virtual void on_assignment(flow& in, token_range target, value given) = 0;
  virtual void on_return(flow& in, std::uint32_t at, value given) = 0;
  /// A variable goes out of its scope.
  virtual void on_scope_end(flow& in, const variable& leaving) = 0;
};

/// Follows values through the code of one side of a hunk, function by
/// function: which names hold constants, SQL, HTML, what a request brought.
///
/// It goes over the tokens once; expressions are looked at again where they are
/// nested, up to a bound that keeps the whole linear. It knows no types and no
/// other file.
class flow {
public:
  flow(std::span<const token> tokens, language spoken);

  /// Notes the functions that the hunk defines, so that `run` knows what calls
  /// of them give back.
  void learn_helpers();

  /// Goes over everything and tells the observer.
  void run(flow_observer& seen);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::vector<token>& tokens() const noexcept {
    return tokens_;
  }

  [[nodiscard]] language spoken() const noexcept { return spoken_; }

  /// Tells the functions of the hunk apart; 0 outside of all.
  [[nodiscard]] std::uint32_t function_number() const noexcept {
    return scopes_.empty() ? 0 : scopes_.back().number;
  }

  /// The name of the function around, or empty.
  [[nodiscard]] std::string_view function_name() const noexcept {
    return scopes_.empty() ? std::string_view{} : scopes_.back().name;
  }

  [[nodiscard]] const token& at(std::size_t index) const noexcept {
    return index < tokens_.size() ? tokens_[index] : nothing_;
  }

  /// The bracket, string end or hole end that belongs to the token, or the
  /// number of tokens.
  [[nodiscard]] std::uint32_t match(std::size_t index) const noexcept {
    return index < match_.size() ? match_[index]
                                 : static_cast<std::uint32_t>(tokens_.size());
  }

  [[nodiscard]] value evaluate(token_range what);

  /// The first token of the statement that holds the token.
  [[nodiscard]] std::uint32_t statement_begin(std::uint32_t at) const noexcept;

  /// The bracket around a token, or the number of tokens.
  [[nodiscard]] std::uint32_t around(std::size_t index) const noexcept {
    return index < around_.size() ? around_[index]
                                  : static_cast<std::uint32_t>(tokens_.size());
  }

  /// Where an expression that begins at `from` ends.
  [[nodiscard]] std::uint32_t expression_end(std::uint32_t from) const noexcept;

  /// The text of a literal's pieces, if the range begins with one.
  [[nodiscard]] std::string_view literal_text(token_range what) const noexcept;

  /// Whether a format's verbs all print numbers, and there are some.
  [[nodiscard]] bool has_only_number_verbs(token_range what) const noexcept;

  /// Says that the names in the range were reported where they are used.
  void consume(token_range what);

private:
  struct scope {
    std::size_t variables = 0; ///< how many there were at its begin
    std::uint32_t end = 0;     ///< index of its closing brace, or 0
    std::uint32_t indent = 0;  ///< of its head, where no brace ends it
    bool by_indent = false;
    std::string_view name; ///< of the function, or empty
    std::uint32_t number = 0;
    bool begins = false; ///< no line of its body was seen yet
  };

  /// Lines of one indentation that follow each other.
  struct block {
    std::uint32_t indent = 0;
    std::uint32_t begin = 0; ///< index of its first token
    bool sure = false;       ///< it runs whenever what is around it does
  };

  /// `req.query.sort` behind a test that it is one of a list.
  struct checked_chain {
    std::uint32_t function = 0; ///< in which it was tested
    std::string_view text;
  };

  static constexpr std::size_t blocks_max = 64;
  static constexpr std::size_t scopes_max = 64;
  static constexpr std::size_t variables_max = 256;
  static constexpr std::size_t elements_max = 64;
  static constexpr std::size_t helpers_max = 32;
  static constexpr std::size_t ranges_max = 16;
  static constexpr int depth_max = 12;

  // -- preparation ------------------------------------------------------------

  void prepare(std::span<const token> tokens);

  // -- the walk (flow.cpp) ----------------------------------------------------

  void step();
  void leave_scopes();
  void enter_line();
  [[nodiscard]] bool is_alternative(const variable& known) const noexcept;
  void enter_function();
  void enter_scope(token_range parameters, std::uint32_t head,
                   std::uint32_t body);
  [[nodiscard]] bool function_head(token_range& parameters,
                                   std::uint32_t& body) const;
  void declare_parameters(token_range parameters);
  void declare_parameter(token_range one);
  void assignment();
  bool unpack(token_range last_target);
  void learn_value(variable& made, token_range right, bool replaced);
  void loop_variable();
  void arrow();
  void last_value();
  void markup_hole();
  void call();
  void bare_call();
  void return_value();
  void append_call(const seen_call& call);
  /// Gives a name a value; says whether what it held before is gone.
  bool set(token_range target, value given, bool adds);
  [[nodiscard]] bool is_conditional(const variable& known, token_range target,
                                    std::size_t first) const noexcept;
  void set_in_branch(variable& known, token_range target, value given);
  [[nodiscard]] bool is_last_branch(token_range target) const noexcept;
  [[nodiscard]] bool is_declared_harmless(token_range target) const noexcept;
  void declaration();
  [[nodiscard]] token_range target_before(std::uint32_t at) const noexcept;
  [[nodiscard]] std::string_view chain_text(token_range what) const noexcept;
  void pop_scope();
  [[nodiscard]] bool opens_surely(std::uint32_t at) const noexcept;

  // -- guards (flow_guards.cpp) -----------------------------------------------

  void guard();
  void clean(token_range condition);
  void clean_name(std::uint32_t at);
  void clean_chain(token_range what);
  [[nodiscard]] bool is_checked(token_range what) const noexcept;
  void clean_compared(token_range condition, std::uint32_t body);
  void checking_call(const seen_call& call);
  /// The name that the condition compares with constants only, or the number
  /// of tokens.
  [[nodiscard]] std::uint32_t compared_name(token_range condition,
                                            bool equal) const noexcept;
  void typed_route(std::uint32_t head);

  // -- branches that constants choose (flow_constants.cpp) --------------------

  [[nodiscard]] bool may_be_number(std::uint32_t at) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> number_of(token_range what,
                                                      int depth) const;
  [[nodiscard]] std::optional<std::int64_t> number_of_term(token_range what,
                                                           int depth) const;
  void choose_branch(token_range condition, std::uint32_t body);
  void choose_case();
  [[nodiscard]] token_range statement_at(std::uint32_t at) const noexcept;
  [[nodiscard]] token_range alternative_at(std::uint32_t at,
                                           std::uint32_t indent) const noexcept;
  void leave_out(token_range what);
  [[nodiscard]] bool is_live(std::uint32_t at,
                             std::uint32_t since) const noexcept;

  // -- elements of lists and maps (flow_elements.cpp) -------------------------

  void list_elements(std::string_view name, token_range right);
  void list_entry(std::string_view owner, token_range what);
  void keep_element(variable& owner, std::string_view key, value given);
  void drop_elements(std::string_view owner);
  void element_call(const seen_call& call);
  void remove_element(std::string_view owner, token_range which, bool front);
  [[nodiscard]] std::string_view constant_key(token_range what) const noexcept;
  [[nodiscard]] bool element_at(const variable& owner, std::uint32_t& at,
                                std::uint32_t last, value& to) const;
  [[nodiscard]] element* find_element(std::string_view owner,
                                      std::string_view key) noexcept;
  [[nodiscard]] const element*
  find_element(std::string_view owner, std::string_view key) const noexcept;

  // -- values (flow_value.cpp) ------------------------------------------------

  [[nodiscard]] value evaluate(token_range what, int depth);
  [[nodiscard]] value evaluate_list(token_range what, int depth);
  [[nodiscard]] bool evaluate_choice(token_range what, int depth, value& to);
  [[nodiscard]] bool evaluate_word(token_range what, std::uint32_t at,
                                   int depth, value& to);
  [[nodiscard]] bool tests_membership(token_range condition) const;
  [[nodiscard]] value evaluate_hole(token_range what, int depth);
  [[nodiscard]] value evaluate_member(value base, std::uint32_t& at,
                                      std::uint32_t last, int depth);
  [[nodiscard]] std::uint32_t arguments_open(std::uint32_t at,
                                             std::uint32_t last) const noexcept;
  [[nodiscard]] value evaluate_sum(token_range what, int depth);
  [[nodiscard]] value evaluate_term(token_range what, int depth);
  [[nodiscard]] value evaluate_string(std::uint32_t& at, int depth);
  [[nodiscard]] value evaluate_chain(value base, std::uint32_t at,
                                     std::uint32_t last, int depth);
  [[nodiscard]] value evaluate_name(std::uint32_t& at, std::uint32_t last,
                                    int depth);
  [[nodiscard]] value apply(std::uint32_t name, value receiver,
                            token_range arguments, int depth);
  [[nodiscard]] value format(value receiver, token_range arguments, int depth);
  [[nodiscard]] value mapped(value receiver, token_range arguments, int depth);
  /// The value of a range in which some names hold `each`.
  [[nodiscard]] value evaluate_with(token_range names, value each,
                                    token_range what, int depth);
  [[nodiscard]] value replaced(value given, std::uint32_t name,
                               token_range arguments) const;
  [[nodiscard]] value filtered(value given, std::string_view name,
                               token_range arguments) const;
  [[nodiscard]] bool encodes_html(std::uint32_t name) const noexcept;
  [[nodiscard]] value evaluate_chosen(token_range condition, token_range what,
                                      int depth);
  [[nodiscard]] const helper* find_helper(std::string_view name);
  void learn_helper(std::uint32_t head);
  [[nodiscard]] value helped(const helper& from, value given) const noexcept;
  [[nodiscard]] bool names_function(std::uint32_t at) const noexcept;
  [[nodiscard]] token_range function_at(std::uint32_t name) const noexcept;
  [[nodiscard]] const variable* find(std::string_view name) const noexcept;
  [[nodiscard]] variable* find(std::string_view name) noexcept;
  [[nodiscard]] bool is_operator(std::uint32_t at,
                                 std::string_view text) const noexcept {
    return codes_[at] == code_of(text);
  }
  [[nodiscard]] bool is_word(std::uint32_t at,
                             std::string_view text) const noexcept {
    return tokens_[at].is(token_kind::identifier, text);
  }
  [[nodiscard]] bool is_open(std::uint32_t at) const noexcept;
  [[nodiscard]] bool is_close(std::uint32_t at) const noexcept;
  /// The token behind the one, brackets taken as one.
  [[nodiscard]] std::uint32_t behind(std::uint32_t at) const noexcept;
  void collect_arguments(seen_call& call, std::uint32_t first,
                         std::uint32_t last);

  std::vector<token> tokens_;
  std::vector<std::uint32_t> codes_; ///< of operators; 0 for other tokens
  std::vector<std::uint32_t> match_;
  std::vector<std::uint32_t> around_;  ///< the bracket around a token, or none
  std::vector<std::uint32_t> indents_; ///< of the line on which a token stands
  language spoken_;
  std::vector<variable> variables_;
  std::vector<scope> scopes_;
  std::vector<block> blocks_; ///< those around the token, innermost last
  std::vector<element> elements_;
  std::vector<helper> helpers_;
  std::vector<std::uint32_t> heads_; ///< names of functions to learn of
  std::vector<checked_chain> checked_;
  std::vector<token_range> dead_; ///< code that never runs
  std::vector<token_range> live_; ///< branches that always run
  bool numbers_ = false;          ///< some variable holds a known number
  bool scouts_ = false;           ///< looks for what functions give back
  flow_observer* seen_ = nullptr;
  std::uint32_t at_ = 0;
  std::uint32_t functions_ = 0; ///< seen so far
  /// Tokens that may still be looked at; what bounds the whole.
  mutable std::uint64_t fuel_ = 0;
  token nothing_;
};

} // namespace libsig::review::checks
