package cadj.kernels.emulator.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counts of small kernels, against what one counts by hand.
final class CountingTest {
  private static final String HEAD = ".version 7.0\n.target sm_80\n.address_size 64\n";

  /// Counts of a kernel `k(.param .u64 at, .param .u32 by)` that is given 64 KiB of memory.
  private static LaunchCounts count(String text, LaunchShape shape, int by, int threads) {
    List<LaunchCounts> counted = new ArrayList<>();
    try (EmulatedDriver driver =
        new EmulatedDriver(new Cpu(threads), EmulatedDriver.Checks.BOUNDS)) {
      driver.count(counted::add);
      long module = driver.load(PtxSource.of("x.ptx", HEAD + text));
      long[] arguments = {driver.allocate(64 << 10), by};
      driver.launch(
          driver.function(module, "k"), shape, MemorySegment.ofArray(arguments).asSlice(0, 12));
    }
    assertEquals(1, counted.size());
    return counted.getFirst();
  }

  private static LaunchShape threads(int blocks, int threads) {
    return new LaunchShape(blocks, 1, 1, threads, 1, 1, 0);
  }

  private static int index(LaunchCounts counts, String name) {
    for (int i = 0; i < counts.kernel().body().size(); i++) {
      if (counts.kernel().body().get(i).fullName().equals(name)) {
        return i;
      }
    }
    throw new AssertionError("no " + name);
  }

  /// Three blocks of 40 threads: a full warp and one of 8.
  private static final String BRANCHES =
      """
      .visible .entry k(.param .u64 at, .param .u32 by) {
        .reg .pred %p, %more;
        .reg .u32 %t, %i;
        mov.u32 %t, %tid.x;
        setp.lt.u32 %p, %t, 4;
        @%p add.u32 %t, %t, 1;
        @!%p bra skip;
        mul.lo.u32 %t, %t, 2;
      skip:
        mov.u32 %i, 0;
      loop:
        add.u32 %i, %i, 1;
        setp.lt.u32 %more, %i, 5;
        @%more bra loop;
        bar.sync 0;
        @%p exit;
        xor.b32 %t, %t, 1;
        ret;
      }
      """;

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void warpsAndThreads(int hostThreads) {
    LaunchCounts counts = count(BRANCHES, threads(3, 40), 0, hostThreads);
    assertEquals("k", counts.kernel().name());
    assertEquals(threads(3, 40), counts.shape());
    // Threads 0 to 3 of each block are apart from the rest for one instruction, and leave early.
    assertArrayEquals(new long[] {6, 6, 6, 6, 3, 6, 30, 30, 30, 6, 6, 6, 6}, counts.warps());
    assertArrayEquals(
        new long[] {120, 120, 12, 120, 12, 120, 600, 600, 600, 120, 120, 108, 108},
        counts.threads());
    // Only the first warp of each block parts at the skip; leaving is no branch.
    assertArrayEquals(new long[] {0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0}, counts.divergent());
  }

  private static String access(String instruction) {
    return """
    .visible .entry k(.param .u64 at, .param .u32 by) {
      .reg .u32 %t, %by, %v<4>, %s;
      .reg .u64 %at, %offset;
      .reg .pred %p;
      .shared .align 16 .b8 tile[32768];
      mov.u32 %t, %tid.x;
      ld.param.u32 %by, [by];
      ld.param.u64 %at, [at];
      mul.lo.u32 %s, %t, %by;
      cvt.u64.u32 %offset, %s;
      add.u64 %at, %at, %offset;
      mov.u32 %v0, 1;
      setp.lt.u32 %p, %t, 8;
    """
        + instruction
        + "\nret; }\n";
  }

  /// One warp; the bytes between neighbouring threads, and the sectors touched.
  @ParameterizedTest
  @CsvSource({
    "ld.global.u32, %v0, 0, 1",
    "ld.global.u32, %v0, 4, 4",
    "ld.global.u32, %v0, 8, 8",
    "ld.global.u32, %v0, 32, 32",
    "ld.global.u32, %v0, 1024, 32",
    "ld.global.u8, %v0, 1, 1",
    "ld.global.u16, %v0, 2, 2",
    "ld.global.v4.u32, '{%v0, %v1, %v2, %v3}', 16, 16",
    "ld.global.v4.u32, '{%v0, %v1, %v2, %v3}', 32, 32",
  })
  void sectorsOfLoads(String name, String values, int by, int sectors) {
    LaunchCounts counts = count(access(name + " " + values + ", [%at];"), threads(1, 32), by, 1);
    int at = index(counts, name);
    assertEquals(1, counts.globalRequests()[at]);
    assertEquals(sectors, counts.sectors()[at]);
    assertEquals(0, counts.sharedRequests()[at]);
  }

  @Test
  void sectorsOfStoresAndUpdates() {
    LaunchCounts stored = count(access("st.global.u32 [%at+64], %v0;"), threads(2, 64), 4, 1);
    int store = index(stored, "st.global.u32");
    assertEquals(4, stored.globalRequests()[store]);
    assertEquals(16, stored.sectors()[store]);
    LaunchCounts updated =
        count(access("@%p red.global.add.u32 [%at+64], %v0;"), threads(1, 64), 4, 1);
    int update = index(updated, "red.global.add.u32");
    // The second warp has no thread that goes there.
    assertEquals(1, updated.globalRequests()[update]);
    assertEquals(1, updated.sectors()[update]);
    assertEquals(8, updated.threads()[update]);
    assertEquals(2, updated.warps()[update]);
  }

  /// One warp; the bytes between neighbouring threads, passes, and those beyond the fewest.
  @ParameterizedTest
  @CsvSource({
    "st.shared.u32, %v0, 4, 1, 0",
    "st.shared.u32, %v0, 8, 2, 1",
    "st.shared.u32, %v0, 16, 4, 3",
    "st.shared.u32, %v0, 128, 32, 31",
    "st.shared.u32, %v0, 132, 1, 0",
    "st.shared.u32, %v0, 0, 1, 0",
    "st.shared.u8, %v0, 1, 1, 0",
    "st.shared.u16, %v0, 2, 1, 0",
    "st.shared.v2.u32, '{%v0, %v1}', 8, 2, 0",
    "st.shared.v2.u32, '{%v0, %v1}', 16, 4, 2",
    "st.shared.v4.u32, '{%v0, %v1, %v2, %v3}', 16, 4, 0",
    "st.shared.v4.u32, '{%v0, %v1, %v2, %v3}', 32, 8, 4",
    "st.shared.v4.u32, '{%v0, %v1, %v2, %v3}', 0, 4, 0",
    "st.shared.v4.u32, '{%v0, %v1, %v2, %v3}', 144, 4, 0",
    "red.shared.add.u32, %v0, 4, 1, 0",
    "red.shared.add.u32, %v0, 0, 32, 31",
  })
  void passesOfSharedMemory(String name, String values, int by, int passes, int conflicts) {
    String filled =
        access(
            "mov.u32 %v1, 1; mov.u32 %v2, 1; mov.u32 %v3, 1; " + name + " [%s], " + values + ";");
    LaunchCounts counts = count(filled, threads(1, 32), by, 1);
    int at = index(counts, name);
    assertEquals(1, counts.sharedRequests()[at]);
    assertEquals(passes, counts.passes()[at]);
    assertEquals(conflicts, counts.conflicts()[at]);
    assertEquals(0, counts.globalRequests()[at]);
  }

  /// Quarters of a warp without a thread take no pass.
  @Test
  void partsWithoutThreads() {
    LaunchCounts counts =
        count(
            access(
                "mov.u32 %v1, 1; mov.u32 %v2, 1; mov.u32 %v3, 1;"
                    + " @%p st.shared.v4.u32 [%s], {%v0, %v1, %v2, %v3};"),
            threads(1, 32),
            16,
            1);
    int at = index(counts, "st.shared.v4.u32");
    assertEquals(1, counts.passes()[at]);
    assertEquals(0, counts.conflicts()[at]);
  }

  @Test
  void parametersAndLocalMemoryAreNeither() {
    LaunchCounts counts =
        count(
            access(".local .u32 mine[4]; st.local.u32 [mine], %v0; ld.local.u32 %v1, [mine];"),
            threads(1, 32),
            4,
            1);
    for (int i = 0; i < counts.kernel().body().size(); i++) {
      assertEquals(0, counts.globalRequests()[i] + counts.sharedRequests()[i]);
    }
  }

  @Test
  void countingBeginsBeforeLoading() {
    try (EmulatedDriver driver = new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.BOUNDS)) {
      driver.load(PtxSource.of("x.ptx", HEAD + ".entry k() { ret; }\n"));
      assertThrows(IllegalStateException.class, () -> driver.count(counts -> {}));
    }
  }
}
