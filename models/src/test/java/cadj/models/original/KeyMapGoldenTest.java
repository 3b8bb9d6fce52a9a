package cadj.models.original;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of both directions against every row of the recorded key map.
@GoldenTest
class KeyMapGoldenTest {
  /// A part of a model, and its prefix in the file.
  record Case(String model, String part, String prefix) {}

  static Stream<Case> cases() {
    Map<String, String> prefixes =
        Map.of(
            "unet", "model.diffusion_model.",
            "vae", "first_stage_model.",
            "sd1-tiny/text_encoder", "cond_stage_model.transformer.",
            "sd2-tiny/text_encoder", "cond_stage_model.model.",
            "sdxl-tiny/text_encoder", "conditioner.embedders.0.transformer.",
            "sdxl-tiny/text_encoder_2", "conditioner.embedders.1.model.");
    return KeyRow.models().stream()
        .flatMap(
            model ->
                KeyRow.of(model).stream()
                    .map(KeyRow::part)
                    .distinct()
                    .map(
                        part ->
                            new Case(
                                model,
                                part,
                                prefixes.getOrDefault(
                                    part, prefixes.getOrDefault(model + "/" + part, "?")))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyRowBothWays(Case c) {
    List<KeyRow> rows =
        KeyRow.of(c.model).stream().filter(row -> row.part().equals(c.part)).toList();
    Set<String> inFile = new HashSet<>();
    Set<String> inFolder = new HashSet<>();
    Map<String, List<KeyMap.Place>> expected = new TreeMap<>();
    for (KeyRow row : rows) {
      assertTrue(row.file().startsWith(c.prefix), row.file());
      String key = row.file().substring(c.prefix.length());
      inFile.add(key);
      inFolder.add(row.key());
      expected
          .computeIfAbsent(key, k -> new ArrayList<>())
          .add(new KeyMap.Place(row.key(), form(row.how())));
    }
    assertEquals(rows.size(), inFolder.size(), "a folder's keys are told once");
    KeyMap there = map(c, inFile, true);
    KeyMap back = map(c, inFolder, false);
    expected.forEach(
        (key, places) -> {
          assertEquals(Set.copyOf(places), Set.copyOf(there.inFolder(key)), key);
          assertEquals(Set.copyOf(places), Set.copyOf(back.inFolder(key)), key);
          for (KeyMap.Place place : places) {
            var file = new KeyMap.Place(key, place.form());
            assertEquals(file, there.inFile(place.key()).orElseThrow(), place.key());
            assertEquals(file, back.inFile(place.key()).orElseThrow(), place.key());
          }
        });
    Golden.count(rows.size());
  }

  private static KeyMap map(Case c, Set<String> keys, boolean file) {
    return switch (c.part) {
      case "unet" ->
          (file ? UNetKeys.ofFile(keys::contains) : UNetKeys.ofFolder(keys::contains)).map();
      case "vae" ->
          (file ? VaeKeys.ofFile(keys::contains) : VaeKeys.ofFolder(keys::contains)).map();
      default ->
          c.prefix.endsWith(".transformer.")
              ? (file ? ClipKeys.ofFile(keys::contains, false) : new ClipKeys(true, false)).map()
              : file
                  ? new OpenClipKeys(
                          OpenClipKeys.layersOfFile(keys::contains), c.part.endsWith("_2"))
                      .map()
                  : OpenClipKeys.ofFolder(keys::contains).map();
    };
  }

  private static Form form(String how) {
    return switch (how) {
      case "same" -> Form.SAME;
      case "linear -> 1x1 conv" -> Form.POINTWISE;
      case "transposed" -> Form.TRANSPOSED;
      case "rows 0*h..1*h" -> Form.QUERY;
      case "rows 1*h..2*h" -> Form.KEY;
      case "rows 2*h..3*h" -> Form.VALUE;
      default -> throw new AssertionError("unknown form " + how);
    };
  }
}
