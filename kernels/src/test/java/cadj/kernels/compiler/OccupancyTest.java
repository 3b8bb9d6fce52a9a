package cadj.kernels.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Blocks per multiprocessor, worked out by hand from the limits that NVIDIA documents.
final class OccupancyTest {
  @ParameterizedTest
  @CsvSource({
    // 8 warps a block, 1,024 registers a warp: all 64 warps fit
    "SM_80, 256, 32, 0, 8, 1.0, WARPS",
    // 33 registers take 1,280 a warp: a scheduler's 16,384 hold 12, so 48 warps, 6 blocks
    "SM_80, 256, 33, 0, 6, 0.75, REGISTERS",
    "SM_80, 256, 40, 0, 6, 0.75, REGISTERS",
    // 41 take 1,536: 10 a scheduler, 40 warps
    "SM_80, 256, 41, 0, 5, 0.625, REGISTERS",
    "SM_80, 256, 64, 0, 4, 0.5, REGISTERS",
    // 168 take 5,376: 3 a scheduler
    "SM_80, 128, 168, 0, 3, 0.1875, REGISTERS",
    // 96 take 3,072: 5 a scheduler, so 20 warps, though 65,536 / 3,072 is 21
    "SM_80, 672, 96, 0, 0, 0.0, REGISTERS",
    "SM_80, 640, 96, 0, 1, 0.3125, REGISTERS",
    // 255 take 8,192: 2 a scheduler
    "SM_80, 256, 255, 0, 1, 0.125, REGISTERS",
    "SM_80, 257, 255, 0, 0, 0.0, REGISTERS",
    "SM_80, 32, 256, 0, 0, 0.0, REGISTERS",
    // 33 threads are two warps
    "SM_80, 33, 16, 0, 32, 1.0, WARPS",
    "SM_80, 32, 16, 0, 32, 0.5, BLOCKS",
    // the other machines' warps and blocks
    "SM_70, 32, 16, 0, 32, 0.5, BLOCKS",
    "SM_75, 32, 16, 0, 16, 0.5, BLOCKS",
    "SM_86, 32, 16, 0, 16, 0.33333333333333333, BLOCKS",
    "SM_89, 32, 16, 0, 24, 0.5, BLOCKS",
    "SM_90, 32, 16, 0, 32, 0.5, BLOCKS",
    "SM_100, 32, 16, 0, 32, 0.5, BLOCKS",
    "SM_120, 32, 16, 0, 24, 0.5, BLOCKS",
    "SM_70, 1024, 32, 0, 2, 1.0, WARPS",
    "SM_75, 1024, 64, 0, 1, 1.0, WARPS",
    "SM_86, 1024, 32, 0, 1, 0.66666666666666667, WARPS",
    "SM_89, 512, 32, 0, 3, 1.0, WARPS",
    "SM_90, 1024, 32, 0, 2, 1.0, WARPS",
    "SM_100, 1024, 32, 0, 2, 1.0, WARPS",
    "SM_120, 512, 32, 0, 3, 1.0, WARPS",
    // shared memory: from sm_80 on the system takes 1 KiB of each block
    "SM_70, 128, 32, 49152, 2, 0.125, SHARED_MEMORY",
    "SM_70, 128, 32, 49153, 1, 0.0625, SHARED_MEMORY",
    "SM_70, 128, 32, 98304, 1, 0.0625, SHARED_MEMORY",
    "SM_70, 128, 32, 98305, 0, 0.0, SHARED_MEMORY",
    "SM_75, 128, 32, 32768, 2, 0.25, SHARED_MEMORY",
    "SM_75, 128, 32, 65536, 1, 0.125, SHARED_MEMORY",
    "SM_75, 128, 32, 65537, 0, 0.0, SHARED_MEMORY",
    "SM_80, 128, 32, 49152, 3, 0.1875, SHARED_MEMORY",
    "SM_80, 128, 32, 166912, 1, 0.0625, SHARED_MEMORY",
    "SM_80, 128, 32, 166913, 0, 0.0, SHARED_MEMORY",
    "SM_86, 128, 32, 24576, 4, 0.33333333333333333, SHARED_MEMORY",
    "SM_86, 128, 32, 24577, 3, 0.25, SHARED_MEMORY",
    "SM_86, 128, 32, 101376, 1, 0.083333333333333333, SHARED_MEMORY",
    "SM_86, 128, 32, 101377, 0, 0.0, SHARED_MEMORY",
    "SM_89, 128, 32, 49152, 2, 0.16666666666666667, SHARED_MEMORY",
    "SM_90, 128, 32, 49152, 4, 0.25, SHARED_MEMORY",
    "SM_90, 128, 32, 232448, 1, 0.0625, SHARED_MEMORY",
    "SM_90, 128, 32, 232449, 0, 0.0, SHARED_MEMORY",
    "SM_100, 128, 32, 49152, 4, 0.25, SHARED_MEMORY",
    "SM_120, 128, 32, 49152, 2, 0.16666666666666667, SHARED_MEMORY",
    // in steps of 256 bytes before sm_80, of 128 since: 96 KiB / 384 blocks of 256 bytes
    "SM_70, 32, 16, 3072, 32, 0.5, BLOCKS",
    "SM_70, 32, 16, 3073, 29, 0.453125, SHARED_MEMORY",
  })
  void byHand(
      Architecture machine,
      int threads,
      int registers,
      int shared,
      int blocks,
      double share,
      Occupancy.Limit limit) {
    Occupancy occupancy = Occupancy.of(machine, threads, registers, shared);
    assertEquals(blocks, occupancy.blocks(), "blocks");
    assertEquals(blocks * ((threads + 31) / 32), occupancy.warps(), "warps");
    assertEquals(share, occupancy.share(), 1e-15, "share");
    assertEquals(limit, occupancy.limit());
  }

  @Test
  void wrongSizes() {
    assertEquals(
        "occupancy: 0 threads, 32 registers, 0 bytes shared",
        assertThrows(
                IllegalArgumentException.class, () -> Occupancy.of(Architecture.SM_80, 0, 32, 0))
            .getMessage());
  }

  @Test
  void architecturesAreNamedAsCompilersNameThem() {
    assertEquals("sm_120", Architecture.SM_120.text());
    assertEquals(120, Architecture.SM_120.capability());
  }
}
