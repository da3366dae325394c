#pragma once

/// Has ncurses write rows anew that it could shift: pictures on them, of which it knows nothing, would
/// shift too.
void ct_forbid_scrolling(void);
