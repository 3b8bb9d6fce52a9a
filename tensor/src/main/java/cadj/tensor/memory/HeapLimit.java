package cadj.tensor.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How many bytes of heap a program may plan with: what the virtual machine was given, or less.
///
/// Nothing is stopped at the limit; whoever chooses between keeping and reading or computing again
/// asks for it.
public final class HeapLimit {
  private static final ScopedValue<Long> BYTES = ScopedValue.newInstance();

  private static final long OLD_GENERATION = oldGeneration();

  private HeapLimit() {}

  public static long bytes() {
    return Math.min(BYTES.orElse(Long.MAX_VALUE), Runtime.getRuntime().maxMemory());
  }

  /// How much of it large arrays can have: the generation that they are allocated in.
  public static long forArrays() {
    return Math.min(BYTES.orElse(Long.MAX_VALUE), OLD_GENERATION);
  }

  private static long oldGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getName().endsWith("Old Gen"))
        .mapToLong(pool -> pool.getUsage().getMax())
        .filter(max -> max > 0)
        .findFirst()
        .orElse(Runtime.getRuntime().maxMemory());
  }

  /// Runs `work`, which plans with `bytes` at most.
  public static <T extends @Nullable Object> T within(long bytes, Supplier<T> work) {
    return ScopedValue.where(BYTES, bytes).call(work::get);
  }
}
