package cadj.kernels.emulator.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// `vprintf` and `__assertfail`: text that threads write.
public final class DevicePrint {
  private static final int LONGEST = 1 << 16;

  private final Warp warp;
  private final int at;
  private final int lane;
  private long values;

  private DevicePrint(Warp warp, int at, int lane, long values) {
    this.warp = warp;
    this.at = at;
    this.lane = lane;
    this.values = values;
  }

  /// Each lane of `mask` prints.
  ///
  /// @param printed gets the number of values printed
  /// @param formats generic addresses of C's format strings
  /// @param values generic addresses of the values, each aligned to its own size
  static void print(Warp warp, int mask, int at, int[] printed, long[] formats, long[] values) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      DevicePrint it = new DevicePrint(warp, at, lane, values[lane]);
      FormatString format = new FormatString(it.string(formats[lane]), it::value, it::string);
      warp.block.print(format.text());
      printed[lane] = format.conversions();
    }
  }

  /// The first lane of `mask` stops the kernel: an assertion does not hold.
  static void fail(
      Warp warp, int mask, int at, long[] messages, long[] files, int[] lines, long[] functions) {
    int lane = Integer.numberOfTrailingZeros(mask);
    DevicePrint it = new DevicePrint(warp, at, lane, 0);
    throw warp.block.fault(
        at,
        warp,
        lane,
        "assertion failed: %s, %s:%d, %s"
            .formatted(
                it.string(messages[lane]),
                it.string(files[lane]),
                lines[lane],
                it.string(functions[lane])));
  }

  /// The next value, of so many bytes.
  private long value(int bytes) {
    values = Math.ceilDiv(values, bytes) * bytes;
    long place = warp.block.loadStore.readable(at, lane, values, bytes);
    values += bytes;
    return bytes == Long.BYTES ? RawMemory.load64(place, 0) : RawMemory.load32(place, 0);
  }

  /// Up to the zero byte that ends it.
  private String string(long address) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long next = address; bytes.size() < LONGEST; next++) {
      int c = RawMemory.loadU8(warp.block.loadStore.readable(at, lane, next, 1), 0);
      if (c == 0) {
        break;
      }
      bytes.write(c);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
