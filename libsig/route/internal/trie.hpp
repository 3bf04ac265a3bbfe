#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/route/internal/chains.hpp"
#include "libsig/route/internal/edge_map.hpp"
#include "libsig/route/internal/segment_hash.hpp"

namespace libsig::route::internal {

/// All patterns of a table as a tree of their segments, in flat arrays.
///
/// There is a root per separator, so that a type meets only what may match it;
/// patterns of a single segment stand under the root of `separator::none`.
class trie {
public:
  /// What a match reads of a node; two of them fill a cache line.
  struct node {
    std::uint32_t parent = 0;
    std::uint32_t one = 0;               ///< the child under `*`, or 0
    std::uint32_t many = 0;              ///< the child under `**`, or 0
    std::uint32_t routes = chains::none; ///< the head of its chain
    std::uint16_t text_size = 0;
    bool literals = false; ///< whether a child has a literal
    /// Of a `**` below another `**`: one may be reached in several ways, and
    /// must be followed once.
    bool repeatable = false;
    /// The literal itself, or where in the pool it begins.
    std::array<char, 12> text{};
  };

  static_assert(sizeof(node) == 32);

  // -- mutators ---------------------------------------------------------------

  /// The node at which the pattern ends, which is made when it is not there.
  /// The caller hangs a route on it, or calls `prune`.
  std::uint32_t insert(const pattern& where);

  /// Takes out the node and its ancestors as far as they have neither routes
  /// nor children.
  void prune(std::uint32_t at);

  /// The head of a node's chain.
  [[nodiscard]] std::uint32_t& routes_of(std::uint32_t at) {
    return nodes_[at].routes;
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] static std::uint32_t root_of(separator kind) noexcept {
    return static_cast<std::uint32_t>(kind);
  }

  [[nodiscard]] const node& operator[](std::uint32_t at) const {
    return nodes_[at];
  }

  [[nodiscard]] std::uint64_t hash(std::string_view segment) const noexcept {
    return hash_(segment);
  }

  /// The child of a node under a literal of that hash, or 0.
  [[nodiscard]] std::uint32_t literal_child(std::uint32_t parent,
                                            std::string_view text,
                                            std::uint64_t hash) const {
    return edges_.find(
      segment_hash::edge(parent, hash), [&](std::uint32_t child) {
        return text_of(nodes_[child]) == text && nodes_[child].parent == parent;
      });
  }

  /// The number of a repeatable node; they are dense.
  [[nodiscard]] std::uint32_t repeat_number(std::uint32_t at) const {
    return links_[at].repeat_number;
  }

  /// One more than the highest `repeat_number` ever given.
  [[nodiscard]] std::size_t repeat_numbers() const noexcept {
    return repeat_numbers_;
  }

  /// Whether there is room for one more pattern.
  [[nodiscard]] bool full() const noexcept;

  /// Nodes in use, roots included.
  [[nodiscard]] std::size_t size() const noexcept {
    return nodes_.size() - free_.size();
  }

private:
  /// What only changes read of a node.
  struct link {
    std::uint32_t literals = 0; ///< how many children have a literal
    std::uint32_t repeat_number = 0;
    pattern::kind kind = pattern::kind::literal;
  };

  [[nodiscard]] std::string_view text_of(const node& of) const noexcept;
  std::uint32_t child_of(std::uint32_t parent, const pattern::segment& next,
                         bool below_many);
  std::uint32_t make_node(std::uint32_t parent, const pattern::segment& next,
                          bool below_many);
  void attach(std::uint32_t parent, std::uint32_t child);
  void detach(std::uint32_t child);
  void write_text(node& into, std::string_view text);
  void release(std::uint32_t gone);
  void compact_texts();

  std::vector<node> nodes_ = std::vector<node>(3);
  std::vector<link> links_ = std::vector<link>(3);
  std::vector<std::uint32_t> free_;
  edge_map edges_;
  segment_hash hash_;
  std::string texts_; ///< literals that do not fit into their node
  std::size_t texts_unused_ = 0;
  std::vector<std::uint32_t> free_repeat_numbers_;
  std::uint32_t repeat_numbers_ = 0;
};

} // namespace libsig::route::internal
