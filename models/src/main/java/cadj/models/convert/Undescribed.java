package cadj.models.convert;

import cadj.models.files.ModelFiles;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What one file does not say of a model: it is read as its family is published.
final class Undescribed {
  private Undescribed() {}

  /// A line each for what would be read otherwise than `model` is.
  static List<String> of(ModelFiles model, Path file) {
    ModelFiles read;
    try {
      read = ModelFiles.open(file);
    } catch (FileFormatException e) {
      return List.of(
          "no published model has these sizes: to read %s, give a folder that describes it with"
                  .formatted(file)
              + " --config");
    }
    List<String> differences = new ArrayList<>();
    compare(
        differences,
        "prediction_type",
        model.schedule().predictionType(),
        read.schedule().predictionType());
    compare(differences, "sample_size", sampleSize(model), sampleSize(read));
    compare(
        differences,
        "scheduler",
        model.schedule().json().stringOr("_class_name", "none"),
        read.schedule().json().stringOr("_class_name", "none"));
    compare(differences, "shift", shift(model), shift(read));
    compare(differences, "T5", t5(model), t5(read));
    ClipTokenizer ours = model.tokenizer("tokenizer");
    ClipTokenizer theirs = read.tokenizer("tokenizer");
    compare(differences, "the tokenizer's size", ours.vocabSize(), theirs.vocabSize());
    compare(differences, "the tokenizer's padding", ours.padId(), theirs.padId());
    return differences.isEmpty()
        ? List.of()
        : List.of(
            "%s does not say, and is read otherwise without --config: %s"
                .formatted(file, String.join(", ", differences)));
  }

  /// Of flow matching's schedule; others have none.
  private static double shift(ModelFiles model) {
    return model.schedule().json().numberOr("shift", 1);
  }

  private static String t5(ModelFiles model) {
    return model.hasT5() ? "there" : "left out";
  }

  private static String sampleSize(ModelFiles model) {
    return "%d×%d".formatted(model.latentForm().height(), model.latentForm().width());
  }

  private static void compare(List<String> out, String what, Object model, Object read) {
    if (!model.equals(read)) {
      out.add("%s (%s, read as %s)".formatted(what, model, read));
    }
  }
}
