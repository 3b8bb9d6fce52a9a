package cadj.kernels.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The arguments of a launch while it is put together, each aligned to its own size, and the blocks
/// of memory that they point into. One launch after another uses the same.
final class LaunchArguments {
  private static final int MOST_BYTES = 4096;
  private static final int BLOCKS = 16;

  private final MemorySegment values = MemorySegment.ofArray(new long[MOST_BYTES / Long.BYTES]);
  private long used;

  /// Not given back before the launch is asked for, as long as they can be reached from here.
  private @Nullable Object[] blocks = new Object[BLOCKS];

  private int held;

  void put(int value) {
    values.set(ValueLayout.JAVA_INT, place(Integer.BYTES), value);
  }

  void put(long value) {
    values.set(ValueLayout.JAVA_LONG, place(Long.BYTES), value);
  }

  void put(float value) {
    values.set(ValueLayout.JAVA_FLOAT, place(Float.BYTES), value);
  }

  private long place(int bytes) {
    long at = Math.ceilDiv(used, bytes) * bytes;
    used = at + bytes;
    return at;
  }

  void hold(Object block) {
    if (held == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * held);
    }
    blocks[held++] = block;
  }

  /// Those put so far.
  MemorySegment bytes() {
    return values.asSlice(0, used);
  }

  void clear() {
    try {
      used = 0;
    } finally {
      Reference.reachabilityFence(blocks);
    }
    Arrays.fill(blocks, 0, held, null);
    held = 0;
  }
}
