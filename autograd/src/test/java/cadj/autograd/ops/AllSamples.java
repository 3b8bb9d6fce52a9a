package cadj.autograd.ops;

import java.util.List;

/// The samples of every operation and composition: one line each, by name.
final class AllSamples {
  static final List<OpSamples> ALL =
      List.of(
          new AddSamples(),
          new AffineSamples(),
          new AttentionProbabilitiesSamples(),
          new AttentionSamples(),
          new AvgPool2dSamples(),
          new BatchNormSamples(),
          new BatchNormTrainingSamples(),
          new CatSamples(),
          new ChunkSamples(),
          new ClampSamples(),
          new Conv2dSamples(),
          new CrossEntropySamples(),
          new DivSamples(),
          new EmbeddingSamples(),
          new ExpandSamples(),
          new GegluSamples(),
          new GroupNormSamples(),
          new LayerNormSamples(),
          new LinearSamples(),
          new LogSoftmaxSamples(),
          new MatMulSamples(),
          new MaxPool2dSamples(),
          new MeanSamples(),
          new MseLossSamples(),
          new MulSamples(),
          new NllLossSamples(),
          new PermuteSamples(),
          new PointwiseSamples(),
          new ReshapeSamples(),
          new RmsNormSamples(),
          new SliceSamples(),
          new SoftmaxSamples(),
          new SubSamples(),
          new SumSamples(),
          new UpsampleNearestSamples());

  private AllSamples() {}
}
