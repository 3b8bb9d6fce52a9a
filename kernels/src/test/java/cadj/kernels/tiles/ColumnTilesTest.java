package cadj.kernels.tiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ColumnTilesTest {
  private static final int[] SIZES = {1, 2, 3, 4, 5, 31, 128, 129, 1000, 8193, 1_000_000};

  @Test
  void coverEverything() {
    for (int images : new int[] {1, 3, 1000}) {
      for (int rows : SIZES) {
        for (int columns : SIZES) {
          ColumnTiles single = ColumnTiles.of(images, rows, columns);
          assertEquals(1, single.stack(), single.toString());
          for (ColumnTiles it : List.of(single, ColumnTiles.stacked(images, rows, columns))) {
            assertCovers(it);
          }
        }
      }
    }
  }

  private static void assertCovers(ColumnTiles it) {
    String name = it.toString();
    int width = 1 << it.logWidth();
    int lanes = 1 << it.logLanes();
    assertEquals(ColumnTiles.THREADS, width * lanes * it.stack(), name);
    assertTrue(width <= 32, name);
    assertTrue(it.tiles() * 4L * width >= it.columns(), name);
    assertTrue((it.tiles() - 1) * 4L * width < it.columns(), name);
    assertTrue((long) it.parts() * it.part() >= it.rows(), name);
    assertTrue((it.parts() - 1L) * it.part() < it.rows(), name);
    assertTrue(it.part() <= 32 * lanes, name + ": a thread has too many rows");
    int stacks = Math.ceilDiv(it.images(), it.stack());
    assertEquals(stacks * it.parts() * it.tiles(), it.blocks(), name);
  }

  @Test
  void partsGrowWithTheWork() {
    assertEquals(4 << 3, ColumnTiles.of(1, 4096, 320).part());
    assertEquals(32 << 3, ColumnTiles.of(1, 262_144, 128).part());
    assertEquals(1, ColumnTiles.stacked(1, 256, 128).parts(), "one launch is enough");
    assertEquals(9, ColumnTiles.stacked(1, 257, 128).parts());
    assertEquals(256, ColumnTiles.stacked(9000, 1, 4).stack());
  }

  @Test
  void emptyMatricesNeedNoBlocksOrWriteZeros() {
    assertEquals(0, ColumnTiles.stacked(0, 5, 3).blocks());
    assertEquals(0, ColumnTiles.stacked(5, 3, 0).blocks());
    assertEquals(1, ColumnTiles.stacked(5, 0, 3).blocks());
    assertEquals(0, ColumnTiles.of(5, 0, 3).parts());
  }
}
