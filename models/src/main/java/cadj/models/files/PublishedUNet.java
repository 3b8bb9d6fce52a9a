package cadj.models.files;

import cadj.autograd.nn.WeightRows;
import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.original.Family;
import cadj.models.original.PublishedConfig;
import cadj.models.scheduler.PredictionType;
import cadj.models.unet.UNet2DConditionModel;
import cadj.models.unet.UNetConfig;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.function.Function;

/// A family's UNet of published sizes around weights from anywhere: where only its work counts.
///
/// @param denoiser the UNet
/// @param width of a token of text
public record PublishedUNet(Denoiser denoiser, int width) {
  private static final int TOKENS = 77;
  private static final int TIME_IDS = 6;

  /// @param family one with a UNet
  public static PublishedUNet of(Family family, Weights.Source weights) {
    UNetConfig config = UNetConfig.of(PublishedConfig.of(family, "unet"));
    return new PublishedUNet(
        new UNet2DConditionModel(
            Weights.of(new WeightRows(weights, (keys, all) -> WeightMemory.factors(all))),
            config,
            PredictionType.EPSILON),
        config.crossAttentionDim());
  }

  /// Conditioning for `count` samples, of tensors that `values` makes.
  ///
  /// @param pooled width of the pooled text, or 0 where there is none
  public Conditioning conditioning(int count, int pooled, Function<Shape, Tensor> values) {
    Tensor text = values.apply(Shape.of(count, TOKENS, width));
    return pooled == 0
        ? Conditioning.of(text)
        : new Conditioning(
            text, values.apply(Shape.of(count, pooled)), values.apply(Shape.of(count, TIME_IDS)));
  }
}
