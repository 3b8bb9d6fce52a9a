package cadj.cad.method;

import cadj.cad.judge.FashionJudge;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.util.List;

/// Small tasks on the embedded model.
public final class Tasks {
  public static final TextToImage MODEL = TextToImage.load(ModelFiles.open("fashion"));
  private static final FashionJudge JUDGE =
      new FashionJudge(ModelFiles.open("fashion").classifier());

  private Tasks() {}

  public static EditTask sneaker(EditTask.Goal goal, long seed) {
    return of("sneaker", goal, seed);
  }

  /// An object, bare and in a style.
  public static EditTask of(String object, EditTask.Goal goal, long seed) {
    return new EditTask(
        MODEL,
        object,
        goal,
        List.of(
            new TargetPrompt(object, ""), new TargetPrompt("a photo of a " + object, "a photo")),
        List.of("", "bag", "coat"),
        JUDGE,
        seed,
        new Cost());
  }

  /// The same without anything to preserve and without a judge.
  public static EditTask alone(EditTask task) {
    return new EditTask(
        task.pipeline(),
        task.concept(),
        task.goal(),
        task.targets(),
        List.of(),
        null,
        task.seed(),
        task.cost());
  }
}
