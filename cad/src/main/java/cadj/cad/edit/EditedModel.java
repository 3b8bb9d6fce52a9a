package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.device.DType;
import cadj.models.convert.Conversion;
import cadj.models.convert.StoredAs;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.StoredTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A whole model folder with patches applied, or taken back.
///
/// Only elements that change are written: a file that holds some is copied and overwritten in
/// place, so names, order, types and metadata stay, and a reverted file has the original's bytes.
/// Of the rest, files that the pipeline needs are there too ([PipelineFiles]), and no others: an
/// unedited single-file checkpoint beside the folders would carry the concept along.
public final class EditedModel {
  /// What was written.
  ///
  /// @param edited weight files with changed elements, by path in the folder, or parts
  /// @param leftOut files of the model that the pipeline does not need
  /// @param notes what else a user may want to know, a line each
  public record Written(List<String> edited, List<String> leftOut, List<String> notes) {}

  private EditedModel() {}

  /// Writes `target`, which must not exist yet, in one step, and clears away what killed writers of
  /// it left: `model` after all `patches`.
  ///
  /// @param card the folder's README.md
  public static Written write(ModelFiles model, List<Patch> patches, String card, Path target) {
    PipelineFiles.requireUninterrupted();
    if (!canOverwrite(model, patches)) {
      return writeAnew(model, patches, card, target);
    }
    return write(
        model,
        patches,
        card,
        target,
        (key, stored, parameters) -> {
          SequencedMap<String, Tensor> out = parameters;
          for (Patch patch : patches) {
            out = patch.only(key).apply(out);
          }
          return out.get(key);
        });
  }

  /// Whether the model is a folder as it is, and all that changes lies in it element by element.
  private static boolean canOverwrite(ModelFiles model, List<Patch> patches) {
    return model.source().folder().isPresent()
        && changed(model, patches).entrySet().stream()
            .allMatch(
                part -> {
                  try (Checkpoint weights = model.checkpoint(part.getKey())) {
                    return part.getValue().stream()
                        .map(key -> PartKey.of(model.pipeline(), key).name())
                        .allMatch(
                            name -> !weights.contains(name) || weights.extent(name).isPresent());
                  }
                });
  }

  /// A file in the original layout, weights of `torch.save`, or with LoRAs merged: all are written
  /// anew, under diffusers' names and in the types they had.
  private static Written writeAnew(
      ModelFiles model, List<Patch> patches, String card, Path target) {
    changed(model, patches)
        .forEach(
            (part, keys) -> {
              try (Checkpoint weights = model.checkpoint(part)) {
                keys.forEach(
                    key ->
                        requireParameter(weights, PartKey.of(model.pipeline(), key).name(), key));
              }
            });
    ModelFiles patched = model.with(new PatchedSource(model.source(), patches));
    List<String> notes =
        new Conversion(patched, StoredAs.AS_IS, Conversion.Progress.NONE).toFolder(target);
    AtomicFile.write(target.resolve("README.md"), fresh -> Files.writeString(fresh, card));
    return new Written(List.copyOf(changed(model, patches).keySet()), List.of(), notes);
  }

  /// The same, taking back all `patches`, which must be what was applied to `model`.
  ///
  /// @throws IllegalArgumentException if it holds other weights than they leave
  public static Written revert(ModelFiles model, List<Patch> patches, String card, Path target) {
    return write(
        model,
        patches,
        card,
        target,
        (key, stored, parameters) -> {
          SequencedMap<String, Tensor> before = parameters;
          for (Patch patch : patches.reversed()) {
            before = patch.only(key).revert(before);
          }
          SequencedMap<String, Tensor> after = before;
          for (Patch patch : patches) {
            after = patch.only(key).apply(after);
          }
          requireSame(key, StoredTensor.rounded(after.get(key), stored), parameters.get(key));
          return before.get(key);
        });
  }

  /// The new value of parameter `key`, given the old one under its name.
  private interface Edit {
    Tensor of(String key, DType stored, SequencedMap<String, Tensor> old);
  }

  private static void requireSame(String key, Tensor expected, Tensor found) {
    float[] a = expected.toFloats();
    float[] b = found.toFloats();
    for (int i = 0; i < a.length; i++) {
      require(
          Float.floatToIntBits(a[i]) == Float.floatToIntBits(b[i]),
          "revert: the patches were not applied to this model: %s[%d] would be %s, found %s",
          key,
          i,
          a[i],
          b[i]);
    }
  }

  private static Written write(
      ModelFiles model, List<Patch> patches, String card, Path target, Edit edit) {
    AtomicFile.deleteUnfinished(target);
    List<String> edited = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    AtomicFile.writeFolder(
        target,
        fresh -> {
          PipelineFiles files = PipelineFiles.of(model);
          leftOut.addAll(files.leftOut());
          Map<Path, Path> copies = new TreeMap<>();
          changed(model, patches)
              .forEach((part, keys) -> edit(model, part, keys, edit, fresh, files, copies));
          files.linkAllBut(copies.keySet(), fresh);
          Files.writeString(fresh.resolve("README.md"), card);
          copies.values().forEach(copy -> edited.add(fresh.relativize(copy).toString()));
        });
    return new Written(edited, leftOut, List.of());
  }

  /// Parameters that a patch changes, by part.
  private static SequencedMap<String, List<String>> changed(ModelFiles model, List<Patch> patches) {
    SequencedMap<String, List<String>> out = new LinkedHashMap<>();
    for (Patch patch : patches) {
      for (String key : patch.changes().keySet()) {
        List<String> keys =
            out.computeIfAbsent(PartKey.of(model.pipeline(), key).part(), _ -> new ArrayList<>());
        if (!keys.contains(key)) {
          keys.add(key);
        }
      }
    }
    return out;
  }

  private static void requireParameter(Checkpoint weights, String name, String key) {
    require(weights.contains(name), "patch: the model has no parameter %s", key);
  }

  private static void edit(
      ModelFiles model,
      String part,
      List<String> keys,
      Edit edit,
      Path fresh,
      PipelineFiles files,
      Map<Path, Path> copies) {
    try (Checkpoint weights = model.checkpoint(part)) {
      for (String key : keys) {
        String name = PartKey.of(model.pipeline(), key).name();
        requireParameter(weights, name, key);
        Checkpoint.Extent extent =
            weights
                .extent(name)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "%s: %s cannot be overwritten in place; write the model anew with cadj"
                                    .formatted(weights.path(), key)
                                + " convert, and edit that"));
        Path copy = copies.get(extent.file());
        if (copy == null) {
          copy = files.copy(extent.file(), fresh);
          copies.put(extent.file(), copy);
        }
        Path into = copy;
        DType stored = weights.dtype(name);
        Scope.run(
            "edit " + key,
            () -> {
              SequencedMap<String, Tensor> old = new LinkedHashMap<>();
              old.put(key, weights.tensor(name));
              StoredTensor.overwrite(into, extent.position(), stored, edit.of(key, stored, old));
            });
        PipelineFiles.requireUninterrupted();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
