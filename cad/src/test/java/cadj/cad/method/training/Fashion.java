package cadj.cad.method.training;

import cadj.cad.method.Cost;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.util.List;

/// Small tasks on the embedded model.
public final class Fashion {
  public static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));

  private Fashion() {}

  /// "bag" and a picture of it, to be erased; two others stay.
  public static EditTask erase() {
    return task(EditTask.Goal.ERASE, List.of("dress", "coat"));
  }

  public static EditTask task(EditTask.Goal goal, List<String> preserve) {
    return new EditTask(
        PIPELINE,
        "bag",
        goal,
        List.of(new TargetPrompt("bag", ""), new TargetPrompt("a photo of a bag", "a photo")),
        preserve,
        null,
        7,
        new Cost());
  }
}
