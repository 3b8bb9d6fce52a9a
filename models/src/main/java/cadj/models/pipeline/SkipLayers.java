package cadj.models.pipeline;

import static cadj.tensor.shape.Require.require;

import java.util.List;

/// Skip-layer guidance of Stable Diffusion 3.5: away from what the model predicts without some of
/// its blocks, in a part of the steps.
///
/// ```
/// guided + scale·(text − text without the blocks)   where  start·steps < step < stop·steps
/// ```
///
/// @param blocks of the transformer, counted from 0
/// @param start share of the steps after which it begins
/// @param stop share of the steps before which it ends
public record SkipLayers(List<Integer> blocks, double scale, double start, double stop) {
  /// What diffusers' pipeline takes, unless told otherwise.
  public static final double SCALE = 2.8;

  public static final double START = 0.01;
  public static final double STOP = 0.2;

  public SkipLayers {
    require(!blocks.isEmpty(), "skip layers: expected at least one block, got none");
    require(
        start >= 0 && stop <= 1 && start < stop,
        "skip layers: expected 0 ≤ start < stop ≤ 1, got %s and %s",
        start,
        stop);
    blocks = List.copyOf(blocks);
  }

  /// Whether it is on at a step, counted from 0.
  boolean isOn(int step, int steps) {
    return step > steps * start && step < steps * stop;
  }
}
