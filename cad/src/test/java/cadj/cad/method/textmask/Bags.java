package cadj.cad.method.textmask;

import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// "bag" of the embedded model, to be erased.
final class Bags {
  static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));

  static final List<TargetPrompt> TARGETS =
      List.of(
          new TargetPrompt("bag", ""),
          new TargetPrompt("a bag in the style of photo", "photo"),
          new TargetPrompt("a handbag", "a thing"));

  static final List<String> PRESERVE =
      List.of(
          "photo",
          "coat",
          "sandal",
          "a coat in the style of photo",
          "a sandal in the style of photo",
          "dress",
          "");

  private Bags() {}

  static EditTask task() {
    return task(EditTask.Goal.ERASE, PRESERVE, null, new Cost());
  }

  static EditTask task(
      EditTask.Goal goal, List<String> preserve, @Nullable Judge judge, Cost cost) {
    return new EditTask(PIPELINE, "bag", goal, TARGETS, preserve, judge, 7, cost);
  }

  /// Text embeddings of a prompt [tokens][d].
  static double[][] tokens(String prompt) {
    double[] all = PIPELINE.text().encode(List.of(prompt), 32, 32).text().toDoubles();
    int tokens = PIPELINE.text().encode(List.of(prompt), 32, 32).text().dim(1);
    double[][] out = new double[tokens][all.length / tokens];
    for (int i = 0; i < all.length; i++) {
      out[i / out[0].length][i % out[0].length] = all[i];
    }
    return out;
  }
}
