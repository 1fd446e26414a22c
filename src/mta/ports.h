// Owns the numbers of ports that a mail server's configuration names.
#ifndef TLSWARD_MTA_PORTS_H
#define TLSWARD_MTA_PORTS_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace tlsward::mta {

/// "25", or a name as services(5) knows it ("submission"); the mail services are known without that file too
/// (a chroot or a container may lack it). Nothing for port 0 and for what is neither.
std::optional<std::uint16_t> port_number(std::string_view text);

}  // namespace tlsward::mta

#endif
