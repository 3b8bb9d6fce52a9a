package cadj.kernels.emulator.run;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// What the threads of a launch have printed, block by block in the order of the grid, whatever
/// order they ran in.
public final class PrintedText {
  /// Characters kept; CUDA keeps as many bytes unless told otherwise.
  private static final int MOST = 1 << 20;

  private final Map<Long, StringBuilder> blocks = new ConcurrentSkipListMap<>();
  private final AtomicLong length = new AtomicLong();

  /// Called by the one thread that runs the block.
  void add(long block, String text) {
    if (length.addAndGet(text.length()) <= MOST) {
      blocks.computeIfAbsent(block, key -> new StringBuilder()).append(text);
    }
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    blocks.values().forEach(text::append);
    if (length.get() > MOST) {
      text.append(
          "%nprintf: %,d of %,d characters are left out%n"
              .formatted(length.get() - text.length(), length.get()));
    }
    return text.toString();
  }
}
