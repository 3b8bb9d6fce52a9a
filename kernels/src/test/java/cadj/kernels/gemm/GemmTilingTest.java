package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.GemmShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GemmTilingTest {
  /// m, n, k, batch, then what is expected: tile, pieces, depth.
  @ParameterizedTest
  @CsvSource({
    "8192, 2560, 320, 1, 128, 1, 320", // GEGLU at 64×64 latents, batch 2: 1280 large tiles
    "2048, 1024, 640, 1, 128, 1, 640", // 128 of them
    "2047, 896, 640, 1, 64, 1, 640", // 112; 448 small ones
    "4096, 4096, 40, 16, 128, 1, 40", // attention
    "128, 1280, 1280, 1, 64, 4, 320", // 40 small tiles, four times over
    "1, 1280, 320, 1, 64, 1, 320", // 20, but not enough terms
    "2, 1280, 1280, 1, 64, 5, 256",
    "64, 64, 65536, 1, 64, 128, 512",
    "64, 64, 100000, 1, 64, 128, 784", // pieces are whole tiles of 16 terms
    "1, 1, 0, 1, 64, 1, 0"
  })
  void tilesThatOccupyAGpu(int m, int n, int k, int batch, int tile, int pieces, int depth) {
    GemmShape shape = GemmShape.of(false, false, m, n, k).batched(batch);
    assertEquals(new GemmTiling(tile, pieces, depth), GemmTiling.of(shape));
  }

  @Test
  void piecesCoverAllTermsAndNoneIsEmpty() {
    for (int k = 1; k < 700; k += 3) {
      for (int most = 1; most < 12; most++) {
        GemmTiling tiling = GemmTiling.inPieces(GemmShape.of(false, false, 1, 1, k), 64, most);
        assertEquals(0, tiling.depth() % 16);
        assertTrue(tiling.pieces() <= most, tiling + " of " + k);
        assertTrue((tiling.pieces() - 1) * tiling.depth() < k, tiling + " of " + k);
        assertTrue(tiling.pieces() * tiling.depth() >= k, tiling + " of " + k);
      }
    }
  }

  @Test
  void threadsAndBlocks() {
    GemmShape shape = GemmShape.of(false, false, 65, 129, 100).batched(3);
    assertEquals(3 * 2 * 3, GemmTiling.whole(shape, 64).blocks(shape));
    assertEquals(128, GemmTiling.whole(shape, 64).threads());
    assertEquals(2 * 3 * 7, GemmTiling.inPieces(shape, 128, 7).blocks(shape));
    assertEquals(256, GemmTiling.whole(shape, 128).threads());
  }
}
