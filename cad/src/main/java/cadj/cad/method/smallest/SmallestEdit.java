package cadj.cad.method.smallest;

import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.models.pipeline.TextToImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The weakest of a method's strengths ([EditMethod#ladder]) that removes a concept and leaves the
/// rest.
///
/// Each is judged on validation noise, weaker ones first. The first that suffices is judged again
/// on noise that no choice has seen; if it suffices there too, that is the edit. If not, stronger
/// ones are tried, and the next that is chosen is confirmed on fresh noise again. All noise comes
/// from the task's seed, and none of it is what methods draw from that.
///
/// @param trials all that were made, in order
/// @param chosen the edit, where one suffices
public record SmallestEdit(List<Trial> trials, Optional<Chosen> chosen) {
  /// Added to the task's seed: of the validation noise, and of the first confirming noise.
  private static final long VALIDATION = 1_000_003;

  private static final long CONFIRMATION = 2_000_003;

  /// An edit, and the method at the strength that it has.
  public record Chosen(EditMethod method, Patch patch) {}

  /// @param pictures of the targets, for each trial
  /// @throws IllegalArgumentException if the task has no judge, or one that does not know the
  ///   concept
  public static SmallestEdit find(
      EditMethod method,
      EditTask task,
      Requirement requirement,
      TextToImage.Settings sampling,
      int pictures,
      EditMethod.Progress progress) {
    Judge judge = task.judge();
    if (judge == null) {
      throw new IllegalArgumentException("smallest edit: expected a judge of pictures, got none");
    }
    Search search =
        new Search(task, requirement, new JudgedPictures(task, judge, sampling, pictures));
    List<EditMethod> ladder = method.ladder();
    int confirmations = 0;
    for (int i = 0; i < ladder.size(); i++) {
      progress.at("trying strengths", i, ladder.size());
      EditMethod its = ladder.get(i);
      Patch patch = its.edit(task, EditMethod.Progress.NONE);
      if (search.holds(its, patch, task.seed() + VALIDATION, false)
          && search.holds(its, patch, task.seed() + CONFIRMATION + confirmations++, true)) {
        return new SmallestEdit(search.trials, Optional.of(new Chosen(its, patch)));
      }
    }
    return new SmallestEdit(search.trials, Optional.empty());
  }

  private record Search(
      EditTask task,
      Requirement requirement,
      JudgedPictures pictures,
      Map<Long, Seen> unedited,
      List<Trial> trials) {
    Search(EditTask task, Requirement requirement, JudgedPictures pictures) {
      this(task, requirement, pictures, new HashMap<>(), new ArrayList<>());
    }

    boolean holds(EditMethod method, Patch patch, long seed, boolean isConfirming) {
      Seen before =
          unedited.computeIfAbsent(seed, s -> pictures.see(task.pipeline().denoiser(), s));
      Seen after = pictures.see(patch.apply(task.pipeline().denoiser()), seed);
      double kept = after.kept(before);
      boolean holds = requirement.holds(after.target(), kept);
      trials.add(
          new Trial(
              method,
              seed,
              isConfirming,
              patch.size(),
              before.target(),
              after.target(),
              kept,
              holds));
      return holds;
    }
  }

  /// Where no edit suffices: the strength that came nearest to what was required, on the noise on
  /// which it failed.
  public Trial nearest(Requirement requirement) {
    return trials.stream()
        .filter(trial -> !trial.holds())
        .min(Comparator.comparingDouble(trial -> requirement.missing(trial.target(), trial.kept())))
        .orElseThrow();
  }
}
