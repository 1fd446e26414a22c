// Owns one DNS question and its answer as bytes (RFC 1035): what is sent to one server, and what is believed
// of it.
#ifndef TLSWARD_DNS_MESSAGE_H
#define TLSWARD_DNS_MESSAGE_H

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tlsa_record.h"

namespace tlsward::dns {

/// What one authoritative server says about a TLSA set.
struct ServerAnswer {
  enum class State : std::uint8_t {
    present,  ///< it has records
    absent,   ///< it has none there
    failed,   ///< it said nothing that counts: silence, an error, an answer without authority
  };
  State state = State::failed;
  std::vector<base::TlsaRecord> records;  ///< sorted, each once
  std::size_t malformed = 0;              ///< records too short to be any, left out above
  std::chrono::seconds ttl{0};            ///< the largest of its records', in full: it is no cache
  std::string text;                       ///< for failed: why, printable
};

/// "present", "absent" or "failed".
std::string_view state_name(ServerAnswer::State state);

/// The question for the TLSA set at `owner` (absolute, as base::tlsa_owner gives it), ready to be sent:
/// recursion not desired, EDNS with room for 1232 bytes (RFC 6891). Errors: range (no name).
base::Result<std::string> tlsa_question(std::string_view owner, std::uint16_t id);

/// Whether `message` can be the answer to that question: id, the question itself, and that it is an answer at
/// all. What is not is ignored, as anybody can send it.
bool answers_question(std::string_view message, std::string_view question);

/// Whether the server cut the answer, so that it must be asked again over TCP.
bool is_cut(std::string_view message);

/// Reads an answer for which answers_question holds. Aliases are followed inside of the message, eight at
/// most. An answer without authority (AA) is failed, as is one with more than most_records. Pure, any thread.
ServerAnswer read_tlsa_answer(std::string_view message, std::string_view owner);

}  // namespace tlsward::dns

#endif
