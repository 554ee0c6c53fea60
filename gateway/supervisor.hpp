#pragma once

/// What a supervisor that started us is told over $NOTIFY_SOCKET (sd_notify(3), systemd.service(5)
/// "Type=notify" and "WatchdogSec="). Without one nothing happens.
///
/// Threading: any thread; none of them blocks.
namespace jangkau::gateway::supervisor {

/// Requests are served and a transaction has been committed. Again changes nothing.
void ready();
/// Feeds the watchdog.
void alive();
void stopping();

}  // namespace jangkau::gateway::supervisor
