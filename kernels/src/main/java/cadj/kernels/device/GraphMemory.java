package cadj.kernels.device;

import java.util.LinkedHashMap;
import java.util.Map;

/// The device memory of one [Graph]: the blocks that its work took from the pool while it was
/// recorded.
///
/// Each replay uses them all again, also those that were given back before the recording was over.
/// So they are in use, and nobody else's, until the graph is closed.
final class GraphMemory {
  /// Sizes of its blocks, by address.
  final Map<Long, Long> blocks = new LinkedHashMap<>();

  /// Those that were given back during the recording, for what comes later in it.
  final IdleBlocks idle = new IdleBlocks();
}
