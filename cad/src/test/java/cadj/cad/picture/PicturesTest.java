package cadj.cad.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tensors become 8-bit pictures as the reference rounds, and come back as they were.
class PicturesTest {
  @Test
  void valuesAreClampedAndRounded() {
    Tensor pictures = Tensor.of(new float[] {-5, -1, 0, 1, 5, 1f / 255}, 1, 3, 1, 2);
    BufferedImage image = Pictures.toImage(pictures, 0);
    // 127.5 goes to the even 128, as does 255·(0.5 + 1/510) = 128
    assertEquals(0xFF0080FF, image.getRGB(0, 0));
    assertEquals(0xFF00FF80, image.getRGB(1, 0));
  }

  @Test
  void everyLevelSurvivesBothWays() {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, i << 16 | (255 - i) << 8 | i / 2);
    }
    Tensor tensor = Pictures.toTensor(List.of(image, image));
    for (int n = 0; n < 2; n++) {
      BufferedImage back = Pictures.toImage(tensor, n);
      assertArrayEquals(
          image.getRGB(0, 0, 16, 16, null, 0, 16), back.getRGB(0, 0, 16, 16, null, 0, 16));
    }
  }

  @Test
  void threeChannelsAndOneSizeAreDemanded() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Pictures.toImage(Tensor.of(new float[4], 1, 4, 1, 1), 0));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Pictures.toTensor(
                List.of(
                    new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB),
                    new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB))));
  }
}
