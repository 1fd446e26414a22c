// Owns the step from libmilter's callbacks to Connection and back.
#ifndef TLSWARD_MILTER_CALLBACKS_H
#define TLSWARD_MILTER_CALLBACKS_H

#include "base/result.h"
#include "milter/connection.h"

namespace tlsward::milter {

/// Registers the filter with libmilter. There is one in a process; `service` must outlive it. Errors: io.
base::Status register_filter(Service& service);

}  // namespace tlsward::milter

#endif
