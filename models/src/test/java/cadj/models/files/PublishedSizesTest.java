package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.files.RandomModelFolder.Sizes;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What Stable Diffusion 1.4 takes at work, counted by hand: of its configuration files alone.
@Isolated
final class PublishedSizesTest {
  private static final long FLOAT = 4;

  @TempDir private Path folder;
  private ModelFiles model;

  @BeforeEach
  void configs() {
    RandomModelFolder.writeConfigs(folder, Sizes.STABLE_DIFFUSION_1);
    model = ModelFiles.open(folder);
  }

  /// The last block's first resnet: 256 channels in, normalised, and convolved to 128.
  @Test
  void decodingTakesOneLayer() {
    for (int side : new int[] {64, 128, 256}) {
      long pixels = 64L * side * side;
      long layer = (256 + 256 + 128) * pixels * FLOAT;
      assertBetween(layer, model.decoderWork(Shape.of(1, 4, side, side)), 1.02);
    }
  }

  /// The second resnet: 128 channels in, normalised, convolved.
  @Test
  void encodingTakesOneLayer() {
    long pixels = 512 * 512;
    long layer = 3 * 128 * pixels * FLOAT;
    assertBetween(layer, model.encoderWork(Shape.of(1, 3, 512, 512)), 1.05);
  }

  /// No attention holds queries times keys: 8 heads of 4096 squared would be 537 MB.
  @Test
  void attentionHoldsNoScores() {
    DryRun.Memory work = model.denoiserWork(Shape.of(1, 4, 64, 64));
    assertBetween(100_000_000, work.peakBytes(), 3);
    assertBetween(100_000_000, work.largestBlock(), 2);
  }

  private static void assertBetween(long least, long found, double times) {
    assertTrue(found >= least && found <= least * times, () -> "%,d bytes".formatted(found));
  }
}
