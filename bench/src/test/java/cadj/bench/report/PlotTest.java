package cadj.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The plot has coloured bars for what was compared, and room for each.
class PlotTest {
  private static final List<String> PEERS = List.of("OpenBLAS", "EJML");

  /// Pixels that are no shade of grey.
  private static long coloured(BufferedImage image) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        int red = rgb >> 16 & 255;
        int blue = rgb & 255;
        count += Math.abs(red - blue) > 100 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void ratiosAreBars() {
    long bars = coloured(Plot.of(Outcomes.some(), PEERS));
    assertTrue(bars > 2000, () -> bars + " coloured pixels");
  }

  @Test
  void growsWithTheRows() {
    int one = Plot.of(Outcomes.some().subList(0, 1), PEERS).getHeight();
    int two = Plot.of(Outcomes.some().subList(0, 2), PEERS).getHeight();
    assertTrue(two > one, () -> one + " and " + two);
  }

  @Test
  void rowsWithoutPeersTakeNoRoom() {
    int two = Plot.of(Outcomes.some().subList(0, 2), PEERS).getHeight();
    assertEquals(two, Plot.of(Outcomes.some(), PEERS).getHeight());
  }

  @Test
  void nothingComparedIsNoError() {
    assertTrue(Plot.of(Outcomes.some().subList(2, 3), PEERS).getHeight() > 0);
  }
}
