// For any processor: four lanes, which SSE2 and NEON have.
#include "levels.h"

#define PX_LANES 4
#define PX_ROWS 6
#define PX_COLUMNS 2
#define PX_QUERY_ROWS 6
#define PX_QUERY_COLUMNS 2
#define PX_TABLE px_table_portable
#include "level.inl"
