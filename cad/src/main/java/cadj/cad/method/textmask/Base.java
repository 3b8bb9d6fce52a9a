package cadj.cad.method.textmask;

import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import java.util.List;
import java.util.Optional;

/// Where targets are sent.
public enum Base {
  /// To the most similar concept that stays, put in the erased one's place: a small move, to where
  /// the model draws something else for certain. Like the anchor concepts of Kumari et al. 2023
  /// (arXiv:2303.13516), here chosen among the preserved prompts.
  ANCHOR,
  /// To what the task says is to be drawn instead, such as the prompt without the concept.
  INSTEAD;

  /// A task's targets with what they are sent to.
  List<TargetPrompt> goals(EditTask task, Similarity similarity) {
    Optional<String> anchor = this == ANCHOR ? anchor(task, similarity) : Optional.empty();
    return task.targets().stream()
        .map(
            target ->
                anchor.isPresent() && target.prompt().contains(task.concept())
                    ? new TargetPrompt(
                        target.prompt(), target.prompt().replace(task.concept(), anchor.get()))
                    : target)
        .toList();
  }

  /// The preserved concept most similar to the task's, if there is one: a preserved prompt that, in
  /// a target's place for the concept, gives another preserved prompt. So "ankle boot" is one for
  /// "sneaker" if "a ankle boot in the style of photo" stays too, and "photo" is none. (The first
  /// of those equally similar.)
  static Optional<String> anchor(EditTask task, Similarity similarity) {
    String found = null;
    double nearest = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < similarity.prompts().size(); p++) {
      String candidate = similarity.prompts().get(p);
      if (similarity.cosines()[p] > nearest && takesThePlace(candidate, task)) {
        found = candidate;
        nearest = similarity.cosines()[p];
      }
    }
    return Optional.ofNullable(found);
  }

  private static boolean takesThePlace(String candidate, EditTask task) {
    return !candidate.isEmpty()
        && task.targets().stream()
            .map(TargetPrompt::prompt)
            .filter(prompt -> !prompt.equals(task.concept()) && prompt.contains(task.concept()))
            .map(prompt -> prompt.replace(task.concept(), candidate))
            .anyMatch(task.preserve()::contains);
  }
}
