// Owns the question to one name server, past every cache: UDP, and TCP where the answer does not fit.
#ifndef TLSWARD_DNS_DIRECT_H
#define TLSWARD_DNS_DIRECT_H

#include <chrono>
#include <cstdint>
#include <string_view>

#include "dns/message.h"
#include "net/address.h"

namespace tlsward::dns {

/// Asks the server at `server`:`server_port` for the TLSA set at `owner` (absolute, as base::tlsa_owner gives
/// it). Asked again every second or so until the deadline. What it says is not validated: compare its records
/// with the wanted ones, and believe the resolver alone about DNSSEC. Every failure is in the answer.
ServerAnswer tlsa_at(const net::Address& server, std::uint16_t server_port, std::string_view owner,
                     std::chrono::steady_clock::time_point deadline);

}  // namespace tlsward::dns

#endif
