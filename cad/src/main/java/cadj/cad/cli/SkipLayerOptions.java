package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.models.pipeline.SkipLayers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of skip-layer guidance.
final class SkipLayerOptions {
  @Option(
      names = "--skip-layers",
      paramLabel = "BLOCK",
      split = ",",
      splitSynopsisLabel = ",",
      description =
          "Of Stable Diffusion 3: be guided away from what the transformer predicts without these"
              + " blocks, counted from 0; 7,8,9 is usual for SD 3.5 medium (default: none).")
  private @Nullable List<Integer> blocks;

  @Option(
      names = "--skip-layer-scale",
      paramLabel = "SCALE",
      description = "How much (default: " + SkipLayers.SCALE + ").")
  private @Nullable Double scale;

  @Option(
      names = "--skip-layer-start",
      paramLabel = "SHARE",
      description = "After this share of the steps (default: " + SkipLayers.START + ").")
  private @Nullable Double start;

  @Option(
      names = "--skip-layer-stop",
      paramLabel = "SHARE",
      description = "Before this share of the steps (default: " + SkipLayers.STOP + ").")
  private @Nullable Double stop;

  /// What was asked for, or null for none.
  ///
  /// @throws IllegalArgumentException if it makes no sense
  @Nullable SkipLayers skipLayers() {
    if (blocks == null) {
      require(
          scale == null && start == null && stop == null,
          "--skip-layer-scale, -start, -stop: expected --skip-layers with them");
      return null;
    }
    double by = scale == null ? SkipLayers.SCALE : scale;
    require(Double.isFinite(by), "--skip-layer-scale: expected a finite number, got %s", by);
    return new SkipLayers(
        blocks,
        by,
        start == null ? SkipLayers.START : start,
        stop == null ? SkipLayers.STOP : stop);
  }
}
