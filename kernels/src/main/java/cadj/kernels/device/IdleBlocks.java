package cadj.kernels.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Device memory that nobody uses: addresses of blocks by size, the last one given back first.
final class IdleBlocks {
  private final Map<Long, Deque<Long>> bySize = new HashMap<>();

  void push(long size, long address) {
    bySize.computeIfAbsent(size, s -> new ArrayDeque<>()).push(address);
  }

  /// A block of that size, or null.
  @Nullable Long pop(long size) {
    Deque<Long> stack = bySize.get(size);
    return stack == null ? null : stack.poll();
  }

  long bytes() {
    long bytes = 0;
    for (Map.Entry<Long, Deque<Long>> it : bySize.entrySet()) {
      bytes += it.getKey() * it.getValue().size();
    }
    return bytes;
  }

  /// Takes all blocks out.
  void drain(LongConsumer taker) {
    bySize.values().forEach(stack -> stack.forEach(taker::accept));
    bySize.clear();
  }
}
