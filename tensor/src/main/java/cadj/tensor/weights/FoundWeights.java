package cadj.tensor.weights;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import cadj.tensor.weights.WeightNames.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The weights chosen among the files of a folder.
///
/// Plain weights are taken if there are any, else the only variant; of several variants the caller
/// must name one. A variant that is asked for and absent gives way to plain weights, as in
/// diffusers: not every part of a pipeline has every variant.
///
/// @param path a file, or an index
/// @param variant empty for plain weights
/// @param notes what a user may want to know of the choice, a line each
public record FoundWeights(Path path, String variant, List<String> notes) {
  /// Most names in a message.
  private static final int MOST_NAMED = 8;

  public FoundWeights {
    notes = List.copyOf(notes);
  }

  /// Opens the file, or the index and all its files.
  public Checkpoint open() {
    return WeightFiles.open(path);
  }

  static FoundWeights in(Path folder, WeightNames names, @Nullable String asked) {
    List<String> files = files(folder);
    List<Form> forms =
        files.stream()
            .map(names::form)
            .filter(Objects::nonNull)
            .sorted(names.preference())
            .toList();
    if (forms.isEmpty()) {
      throw new FileFormatException(folder, "", names.expected(), listed(files));
    }
    String variant = variant(folder, forms, asked);
    List<Form> candidates = forms.stream().filter(form -> form.variant().equals(variant)).toList();
    Form taken = candidates.getFirst();
    return new FoundWeights(
        folder.resolve(taken.file()), variant, notes(folder, candidates, variant, asked));
  }

  private static String variant(Path folder, List<Form> forms, @Nullable String asked) {
    SortedSet<String> variants = new TreeSet<>(forms.stream().map(Form::variant).toList());
    if (asked != null && variants.contains(asked)) {
      return asked;
    }
    if (variants.contains("")) {
      return "";
    }
    if (asked == null && variants.size() == 1) {
      return variants.getFirst();
    }
    throw asked == null
        ? new FileFormatException(
            folder,
            "",
            "plain weights, or a choice with --variant NAME",
            "the variants " + String.join(", ", variants))
        : new FileFormatException(
            folder,
            "",
            "weights of the variant " + FileFormatException.quote(asked) + ", or plain ones",
            "the variants " + String.join(", ", variants));
  }

  private static List<String> notes(
      Path folder, List<Form> candidates, String variant, @Nullable String asked) {
    List<String> notes = new ArrayList<>();
    if (asked == null && !variant.isEmpty()) {
      notes.add(
          "%s: took the variant %s, as there are no plain weights".formatted(folder, variant));
    }
    if (asked != null && !asked.equals(variant)) {
      notes.add("%s: took plain weights, as there is no variant %s".formatted(folder, asked));
    }
    Form taken = candidates.getFirst();
    for (Form other : candidates) {
      if (other.torch() == taken.torch() && other.index() != taken.index()) {
        notes.add("%s: took %s, not %s beside it".formatted(folder, taken.file(), other.file()));
      }
    }
    return notes;
  }

  private static List<String> files(Path folder) {
    ReadableFile.requireFolder(folder);
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw FileFormatException.unreadable(folder, e);
    }
  }

  private static String listed(List<String> files) {
    if (files.isEmpty()) {
      return "an empty folder";
    }
    String some = String.join(", ", files.subList(0, Math.min(MOST_NAMED, files.size())));
    return files.size() > MOST_NAMED
        ? "%s and %d more".formatted(some, files.size() - MOST_NAMED)
        : some;
  }
}
