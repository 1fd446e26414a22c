// Owns the value that can fail: Result<T>, its Error, and the only translator of errno.
#ifndef TLSWARD_BASE_RESULT_H
#define TLSWARD_BASE_RESULT_H

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tlsward::base {

/// What kind of failure it is; the command line maps it to a sysexits status.
enum class Errc {
  parse,        ///< the text is not what it should be
  range,        ///< the text is right in form, the value is not possible
  missing,      ///< there is no such file or name
  permission,   ///< it is there, and we may not
  io,           ///< the system failed us
  unavailable,  ///< the other side is not there
  conflict,     ///< somebody else holds it
  config,       ///< the configuration forbids it
};

/// A failure: one sentence for a person, and where it happened.
struct Error {
  Errc code = Errc::io;
  std::string text;   ///< says what is wrong and, where there is one, the remedy
  std::string where;  ///< "file:line", "host:port", a path, or empty

  /// "where: text", or the text alone.
  [[nodiscard]] std::string message() const { return where.empty() ? text : where + ": " + text; }
};

/// Either a T or an Error. T may be anything, also Error itself (the variant is read by index).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  /// The value. A broken promise (assert) when there is none.
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  /// The error. A broken promise (assert) when there is none.
  [[nodiscard]] const Error& error() const {
    assert(state_.index() == 1);
    return *std::get_if<1>(&state_);
  }

 private:
  T& value() {
    assert(state_.index() == 0);
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(state_.index() == 0);
    return *std::get_if<0>(&state_);
  }
  std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};
using Status = Result<Done>;

/// Translates an errno value, saved by the caller at once, into an Error: "<doing>: <what the system says>".
Error from_errno(int err, std::string_view doing, std::string where = {});

}  // namespace tlsward::base

#endif
