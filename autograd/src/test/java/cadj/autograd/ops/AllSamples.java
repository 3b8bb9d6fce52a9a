package cadj.autograd.ops;

import java.util.List;

/// The samples of every operation: one line each, by name.
final class AllSamples {
  static final List<OpSamples> ALL =
      List.of(
          new AddSamples(), //
          new MulSamples());

  private AllSamples() {}
}
