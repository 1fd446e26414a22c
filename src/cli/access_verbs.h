// Owns the declarations of `tlsward access ...`, one function a verb.
#ifndef TLSWARD_CLI_ACCESS_VERBS_H
#define TLSWARD_CLI_ACCESS_VERBS_H

#include "cli/command.h"

namespace tlsward::cli {

extern const Verb access_check_verb;
extern const Verb access_explain_verb;
extern const Verb access_reload_verb;
extern const Verb access_import_verb;
extern const Verb access_export_verb;

}  // namespace tlsward::cli

#endif
