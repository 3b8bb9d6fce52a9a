package cadj.cad.trace;

import static cadj.tensor.shape.Require.require;
import static java.util.stream.Collectors.joining;

import cadj.autograd.graph.KeyGlob;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a trace intervenes on, found from the model's configuration before its weights are read.
///
/// @param rows restored modules, then swapped layers
/// @param outputs shapes of what the restored modules compute for a block of samples
/// @param block samples that are run together
public record TracePlan(List<TraceRow> rows, SequencedMap<String, Shape> outputs, int block) {
  /// Modules that each do one thing: attention to pixels, to the text, to both; feed-forward of
  /// pixels and of the text; convolutions. A model has some of these.
  public static final List<String> DEFAULT =
      List.of("**.attn", "**.attn1", "**.attn2", "**.ff", "**.ff_context", "**.resnets.*");

  /// Rows that are run in step, for one clean run: more take more memory, and are lost together
  /// when the program ends.
  static final int TOGETHER = 4;

  private static final int EXAMPLES = 6;

  public TracePlan {
    rows = List.copyOf(rows);
    outputs = new LinkedHashMap<>(outputs);
  }

  /// @param procedures what is done
  /// @param globs of the modules' keys; where they name no cross-attention, there is nothing to
  ///   swap
  /// @param window cross-attention layers that are swapped together; null for the usual share
  /// @throws IllegalArgumentException if there is nothing to do, saying what there is
  public static TracePlan of(
      ModelFiles model,
      Set<Procedure> procedures,
      List<String> globs,
      @Nullable Integer window,
      int samples) {
    int block = TextToImage.picturesPerPass(model.latentForm().shape(samples));
    SequencedMap<String, Shape> all = model.denoiserOutputs(model.latentForm().shape(block));
    Set<String> chosen = new LinkedHashSet<>();
    for (String glob : globs.equals(DEFAULT) ? usual(all.keySet()) : globs) {
      chosen.addAll(matching(glob, all));
    }
    List<String> modules = all.keySet().stream().filter(chosen::contains).toList();
    List<TraceRow> rows = new ArrayList<>();
    SequencedMap<String, Shape> outputs = new LinkedHashMap<>();
    if (procedures.contains(Procedure.RESTORE)) {
      for (String key : modules) {
        rows.add(new RestoredModules(List.of(key)));
        outputs.put(key, all.get(key));
      }
    }
    if (procedures.contains(Procedure.SWAP)) {
      Set<String> attentions = new LinkedHashSet<>(model.crossAttentions());
      require(
          !attentions.isEmpty() || !rows.isEmpty(),
          "--method swap: expected a model with cross-attention; in this one text and image attend"
              + " to each other in one, and --method restore traces it");
      List<String> layers = modules.stream().filter(attentions::contains).toList();
      require(
          !layers.isEmpty() || !rows.isEmpty(),
          "--layers: expected some cross-attention to swap, such as %s, got %s",
          some(attentions),
          globs);
      if (!layers.isEmpty()) {
        rows.addAll(
            SwappedLayers.windows(
                layers, window == null ? SwappedLayers.usual(layers.size()) : window));
      }
    }
    return new TracePlan(rows, outputs, block);
  }

  /// Those of [#DEFAULT] that a model has modules for.
  private static List<String> usual(Set<String> keys) {
    return DEFAULT.stream()
        .filter(glob -> keys.stream().anyMatch(new KeyGlob(glob)::matches))
        .toList();
  }

  private static List<String> matching(String text, SequencedMap<String, Shape> all) {
    KeyGlob glob = new KeyGlob(text);
    List<String> found = all.keySet().stream().filter(glob::matches).toList();
    require(
        !found.isEmpty(),
        "--layers: no module matches '%s'; there are %d, such as %s",
        text,
        all.size(),
        examples(text, all.keySet()));
    return found;
  }

  /// Keys that share most plain names with the pattern, since these are likely meant; where none
  /// shares any, the patterns that are used unless others are asked for.
  private static String examples(String text, Set<String> keys) {
    List<String> names = List.of(text.split("[.:]"));
    ToLongFunction<String> shared =
        key -> Stream.of(key.split("\\.")).distinct().filter(names::contains).count();
    List<String> nearest =
        keys.stream()
            .filter(key -> shared.applyAsLong(key) > 0)
            .sorted(Comparator.comparingLong(shared).reversed())
            .toList();
    return nearest.isEmpty()
        ? "those of " + String.join(", ", usual(keys))
        : some(new LinkedHashSet<>(nearest));
  }

  private static String some(Set<String> keys) {
    return keys.stream().limit(EXAMPLES).collect(joining(", "));
  }

  /// The rows of a procedure.
  public List<TraceRow> rows(Procedure procedure) {
    return rows.stream().filter(row -> row.procedure() == procedure).toList();
  }

  /// The procedures that have rows.
  public List<Procedure> procedures() {
    return rows.stream().map(TraceRow::procedure).distinct().toList();
  }

  /// Rows that are run in step, group by group.
  List<List<TraceRow>> groups() {
    List<List<TraceRow>> out = new ArrayList<>();
    for (Procedure procedure : procedures()) {
      List<TraceRow> its = rows(procedure);
      for (int from = 0; from < its.size(); from += TOGETHER) {
        out.add(its.subList(from, Math.min(its.size(), from + TOGETHER)));
      }
    }
    return out;
  }

  /// Most bytes of activations of the clean run that are kept at a time, and of what they are put
  /// into.
  public long keptBytes() {
    long most = outputs.values().stream().mapToLong(Shape::elements).max().orElse(0);
    return (TOGETHER + 2L) * most * Float.BYTES;
  }
}
