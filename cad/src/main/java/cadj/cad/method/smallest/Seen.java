package cadj.cad.method.smallest;

/// What a judge saw in pictures of targets and of preserved prompts.
///
/// @param targets pictures of targets
/// @param shown of these, those that show the concept
/// @param right pictures of preserved prompts that show what their prompts name, by the judge's
///   kind
record Seen(int targets, int shown, int[] right) {
  /// Share of the targets' pictures that show the concept.
  double target() {
    return (double) shown / targets;
  }

  /// What is kept of what `before` had right: the least over the kinds, of which each counts that
  /// was ever right.
  double kept(Seen before) {
    double least = 1;
    for (int kind = 0; kind < right.length; kind++) {
      if (before.right[kind] > 0) {
        least = Math.min(least, (double) right[kind] / before.right[kind]);
      }
    }
    return least;
  }
}
