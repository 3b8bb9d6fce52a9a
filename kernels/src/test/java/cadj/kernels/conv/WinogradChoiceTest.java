package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/// Which convolutions go by tiles, and by which.
class WinogradChoiceTest {
  private static final WinogradF2 F2 = new WinogradF2();
  private static final WinogradF4 F4 = new WinogradF4();

  @Test
  void largeImagesTakeLargeTiles() {
    assertEquals(F4, choose(1, 320, 64, 320));
    assertEquals(F4, choose(1, 640, 32, 640));
    assertEquals(F4, choose(1, 128, 256, 128));
  }

  @Test
  void smallImagesTakeSmallTiles() {
    assertEquals(F4, choose(1, 2560, 8, 1280));
    assertEquals(F2, choose(1, 1280, 6, 640));
    assertEquals(F2, choose(1, 2560, 4, 1280));
    assertEquals(F2, choose(1, 1280, 2, 1280));
  }

  @Test
  void aBatchCountsAsALargerImage() {
    assertEquals(F4, choose(4, 2560, 4, 1280));
  }

  @Test
  void fewChannelsStayWithTheImplicitProduct() {
    assertNull(choose(1, 4, 64, 320), "UNet conv_in");
    assertNull(choose(1, 320, 64, 4), "UNet conv_out");
    assertNull(choose(1, 3, 512, 128), "VAE conv_in");
    assertNotNull(choose(1, 64, 64, 64));
  }

  @Test
  void gradientsOfWeightsTakeLargeTilesEarlier() {
    assertEquals(F4, chooseForWeights(1, 320, 64, 320));
    assertEquals(F4, chooseForWeights(1, 1280, 16, 1280));
    assertEquals(F4, chooseForWeights(2, 1280, 8, 1280));
    assertEquals(F4, chooseForWeights(1, 32, 64, 32));
    assertEquals(F2, chooseForWeights(1, 2560, 8, 1280));
    assertEquals(F2, chooseForWeights(1, 1280, 4, 1280));
  }

  @Test
  void gradientsOfWeightsOfFewChannelsStayWithTheImplicitProduct() {
    assertNull(chooseForWeights(1, 4, 64, 320), "UNet conv_in");
    assertNull(chooseForWeights(1, 320, 64, 4), "UNet conv_out");
    assertNull(chooseForWeights(1, 3, 512, 128), "VAE conv_in");
    assertNull(chooseForWeights(1, 128, 512, 3), "VAE conv_out");
  }

  @Test
  void onlyDenseThreeByThreeIsTiled() {
    assertNone(Conv2dContract.square(1, 320, 64, 320, 1, 1, 0, 1));
    assertNone(Conv2dContract.square(1, 320, 64, 320, 5, 1, 2, 1));
    assertNone(Conv2dContract.square(1, 320, 64, 320, 3, 2, 1, 1));
    assertNone(Conv2dContract.square(1, 320, 64, 320, 3, 1, 1, 2));
    assertNone(new Conv2dShape(1, 320, 64, 64, 320, 3, 1, 1, 1, 1, 0, 1, 0, 1));
    assertNone(new Conv2dShape(1, 320, 64, 64, 320, 1, 3, 1, 1, 0, 1, 0, 1, 1));
    assertNone(new Conv2dShape(1, 320, 64, 64, 320, 3, 3, 1, 2, 1, 1, 1, 1, 1));
  }

  private static void assertNone(Conv2dShape s) {
    assertNull(Winograd.choose(s, s.ho(), s.wo()));
    assertNull(Winograd.chooseForWeights(s));
  }

  private static Winograd chooseForWeights(int n, int ci, int side, int co) {
    return Winograd.chooseForWeights(Conv2dContract.square(n, ci, side, co, 3, 1, 1, 1));
  }

  private static Winograd choose(int n, int ci, int side, int co) {
    Conv2dShape s = Conv2dContract.square(n, ci, side, co, 3, 1, 1, 1);
    return Winograd.choose(s, s.ho(), s.wo());
  }
}
