package cadj.kernels.profiler;

import java.util.List;
import java.util.stream.Stream;

/// At least one [Example] for every kernel.
public final class Examples {
  public static final List<Example> ALL =
      Stream.of(
              ElementwiseExamples.ALL,
              ReductionExamples.ALL,
              ProductExamples.ALL,
              ConvolutionExamples.ALL,
              AttentionExamples.ALL,
              AttentionBackwardExamples.ALL,
              RooflineExamples.ALL)
          .flatMap(List::stream)
          .toList();

  private Examples() {}

  /// The first that launches `kernel`.
  ///
  /// @throws IllegalArgumentException if there is no such kernel
  public static Example of(String kernel) {
    for (Example example : ALL) {
      if (example.kernels().stream().anyMatch(it -> it.kernel().equals(kernel))) {
        return example;
      }
    }
    throw new IllegalArgumentException(
        "no kernel is called %s; `cadj kernels` lists them".formatted(kernel));
  }
}
