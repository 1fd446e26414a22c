// Owns the list of the verbs of `cert`.
#ifndef TLSWARD_CLI_CERT_VERBS_H
#define TLSWARD_CLI_CERT_VERBS_H

#include "cli/command.h"

namespace tlsward::cli {

extern const Verb cert_show_verb;
extern const Verb cert_verify_verb;
extern const Verb cert_install_verb;
extern const Verb cert_request_verb;
extern const Verb cert_self_signed_verb;
extern const Verb cert_list_verb;
extern const Verb cert_rollback_verb;
extern const Verb cert_prune_verb;
extern const Verb cert_check_verb;
extern const Verb cert_tlsa_verb;
extern const Verb cert_hook_verb;

}  // namespace tlsward::cli

#endif
