package cadj.kernels.emulator.check;

/// Shadow memory: of each unit of some memory, which thread wrote it last and which read it since.
///
/// An entry is a long: the number of the block's run (22 bits; 0 for nobody), the tick of the
/// block's clock (16), the instruction (13), three flags, and the thread (10). Runs are counted
/// over all launches, so that what an earlier launch did is told apart without clearing.
final class Shadow {
  static final int RUNS = 1 << 22;
  static final int TICKS = 1 << 16;

  /// Of a write: by an atomic update. Of a read: by several threads of the block since a barrier.
  static final long FLAG = 1L << 10;

  /// Of a read: blocks before this one in the same launch read it, too.
  static final long OTHERS = 1L << 11;

  /// Of a read: it relies on no thread of the launch writing there (`ld.global.nc`).
  static final long CONSTANT = 1L << 12;

  private static final int MOST_INSTRUCTIONS = 1 << 13;

  private final int shift;
  private final long[] writes;
  private final long[] reads;

  /// @param unit bytes of the smallest access: 1, 2, 4 …
  Shadow(long bytes, int unit) {
    shift = Integer.numberOfTrailingZeros(unit);
    int units = Math.toIntExact((bytes >> shift) + 1);
    writes = new long[units];
    reads = new long[units];
  }

  static long entry(int run, int tick, int at, int thread) {
    return (long) run << 42
        | (long) tick << 26
        | (long) Math.min(at, MOST_INSTRUCTIONS - 1) << 13
        | thread;
  }

  static int run(long entry) {
    return (int) (entry >>> 42);
  }

  static int tick(long entry) {
    return (int) (entry >>> 26) & TICKS - 1;
  }

  /// Index of the instruction in the kernel's body, or −1 if it is too long to tell.
  static int at(long entry) {
    int at = (int) (entry >>> 13) & MOST_INSTRUCTIONS - 1;
    return at == MOST_INSTRUCTIONS - 1 ? -1 : at;
  }

  static int thread(long entry) {
    return (int) entry & 1023;
  }

  /// Whether what `entry` tells happened in an earlier run or tick than `moment`.
  static boolean isBefore(long entry, long moment) {
    return Long.compareUnsigned(entry, moment) < 0;
  }

  static boolean has(long entry, long flag) {
    return (entry & flag) != 0;
  }

  int unit() {
    return 1 << shift;
  }

  int index(long offset) {
    return (int) (offset >> shift);
  }

  long write(int index) {
    return writes[index];
  }

  long read(int index) {
    return reads[index];
  }

  void setWrite(int index, long entry) {
    writes[index] = entry;
  }

  void setRead(int index, long entry) {
    reads[index] = entry;
  }
}
