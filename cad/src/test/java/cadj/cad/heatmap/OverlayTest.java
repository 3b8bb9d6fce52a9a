package cadj.cad.heatmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.prompt.PromptWords.Phrase;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Colours and overlays: what is hot is light, and where it is.
class OverlayTest {
  private static double luma(int rgb) {
    return 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
  }

  @Test
  void coloursGetLighter() {
    double before = -1;
    for (int i = 0; i <= 255; i++) {
      double luma = luma(HeatColours.of(i / 255.0));
      assertTrue(luma > before, () -> "not lighter");
      before = luma;
    }
    assertTrue(luma(HeatColours.of(0)) < 5 && before > 240);
    assertEquals(HeatColours.of(0), HeatColours.of(-3));
    assertEquals(HeatColours.of(1), HeatColours.of(7));
    assertEquals(0xba3654, HeatColours.of(0.5));
  }

  /// Twice as wide as tall, enlarged to 256 on the short side.
  @Test
  void theHottestPlaceIsWhereTheMapHasIt() {
    BufferedImage picture = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    double[] map = new double[4 * 8];
    map[1 * 8 + 6] = 0.5;
    BufferedImage over = Overlay.over(picture, map, 4, 8, 0.5);
    assertEquals(512, over.getWidth());
    assertEquals(256, over.getHeight());
    int most = 0;
    int x = 0;
    int y = 0;
    for (int i = 0; i < 512 * 256; i++) {
      int luma = (int) luma(over.getRGB(i % 512, i / 512));
      if (luma > most) {
        most = luma;
        x = i % 512;
        y = i / 512;
      }
    }
    // the middle of the map's pixel, 64 of the overlay's wide
    assertTrue(Math.abs(x - (6 * 64 + 32)) < 8 && Math.abs(y - (64 + 32)) < 8, x + ", " + y);
    assertTrue(most > 180, () -> "the hottest is not light");
  }

  @Test
  void thePictureShowsThroughInGrey() {
    BufferedImage picture = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(7, 9, 0xff0000);
    BufferedImage over = Overlay.over(picture, new double[4], 2, 2, 1);
    assertEquals(300, over.getWidth());
    // 0.65 · 76.245 + 0.35 · (0, 0, 6)
    assertEquals(0x323234, over.getRGB(7, 9) & 0xffffff);
    assertEquals(0x000002, over.getRGB(8, 9) & 0xffffff);
  }

  @Test
  void allWordsHaveOneScaleUnlessEachHasItsOwn() {
    LayerHeat layer =
        new LayerHeat("mid_block.x.attn2", 2, 2, 2, new double[][] {{4, 0, 0, 0}, {0, 0, 0, 1}});
    HeatMaps maps =
        new HeatMaps(
            List.of(new Phrase("hot", List.of(1)), new Phrase("cold", List.of(2))),
            List.of(layer),
            List.of(3),
            2,
            2,
            List.of());
    assertEquals(2, maps.largest());
    BufferedImage picture = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
    assertEquals(List.of(2.0, 2.0), WordPictures.of(maps, picture, false).most());
    WordPictures own = WordPictures.of(maps, picture, true);
    assertEquals(List.of(2.0, 0.5), own.most());
    assertEquals(0.5, WordFigures.of(maps, 1).largest());
    assertEquals(1, WordFigures.of(maps, 1).row());
    assertEquals(1, WordFigures.of(maps, 1).column());
    assertTrue(
        luma(own.images().get(1).getRGB(230, 230))
            > luma(WordPictures.of(maps, picture, false).images().get(1).getRGB(230, 230)));
  }
}
