package cadj.autograd.ops;

import java.util.List;

/// The samples of every operation: one line each, by name.
final class AllSamples {
  static final List<OpSamples> ALL =
      List.of(
          new AddSamples(),
          new AttentionSamples(),
          new AvgPool2dSamples(),
          new BatchNormSamples(),
          new BatchNormTrainingSamples(),
          new Conv2dSamples(),
          new EmbeddingSamples(),
          new GegluSamples(),
          new GroupNormSamples(),
          new LayerNormSamples(),
          new LinearSamples(),
          new MatMulSamples(),
          new MaxPool2dSamples(),
          new MulSamples(),
          new UpsampleNearestSamples());

  private AllSamples() {}
}
