package cadj.models.files;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.clip.ClipTextConfig;
import cadj.models.clip.ClipTextModel;
import cadj.models.original.Family;
import cadj.models.original.LdmFile;
import cadj.models.original.PublishedConfig;
import cadj.models.original.SD3File;
import cadj.models.scheduler.PredictionType;
import cadj.models.t5.T5Config;
import cadj.models.t5.T5EncoderModel;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Files of the original layout with names and shapes that lie: reading parts, sizes and tensors'
/// names of them succeeds, or fails with one error of one line. (What a broken file of tensors does
/// is for the formats' own tests.)
@GoldenTest
class HostileOriginalFileTest {
  private static final long SEED = 20261130;
  private static final int MUTANTS = 1_500;
  private static final List<String> PIECES =
      List.of(".", "0", "1", "9", "99999999999", "..", "weight", "\u0000", "é", "op", "blocks", "");
  private static final List<Long> DIMS =
      List.of(0L, 1L, 2L, 3L, 7L, 120L, 1L << 31, (1L << 31) - 1, 1L << 40, Long.MAX_VALUE);

  private final Random random = new Random(SEED);

  @Test
  void liesEndInOneErrorOrSucceed() {
    int accepted = 0;
    int models = Golden.modelFolders().size();
    for (Path folder : Golden.modelFolders()) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      LdmFile.tensors(folder).forEach((key, tensor) -> shapes.put(key, tensor.shape()));
      LdmFile.extras(folder).forEach((key, tensor) -> shapes.put(key, tensor.shape()));
      accepted += accepted(shapes, ModelFiles.open(folder), MUTANTS / models);
    }
    assertTrue(accepted > MUTANTS / 200, accepted + " mutants were accepted");
    assertTrue(accepted < MUTANTS / 4, accepted + " mutants were accepted");
    Golden.count(MUTANTS);
  }

  @Test
  void liesOfStableDiffusion3EndInOneErrorOrSucceed() {
    ModelFiles model = ModelFiles.open(Golden.require("sd3-tiny/model_index.json").getParent());
    Map<String, Checkpoint> parts = new LinkedHashMap<>();
    Family.SD3.parts().forEach(part -> parts.put(part, model.parameters(part)));
    Map<String, Shape> shapes = SD3File.shapes(Family.SD3.inOneFile(parts));
    parts.values().forEach(Checkpoint::close);
    int mutants = MUTANTS / 3;
    int accepted = accepted(shapes, model, mutants);
    assertTrue(accepted > mutants / 200, accepted + " mutants were accepted");
    assertTrue(accepted < mutants / 4, accepted + " mutants were accepted");
    Golden.count(mutants);
  }

  /// How many of so many mutants of a file are read without an error.
  private int accepted(Map<String, Shape> shapes, ModelFiles model, int mutants) {
    Map<String, List<Long>> file = Shapes.of(shapes).sizes();
    Map<String, JsonObject> described = new HashMap<>();
    ModelFiles.WITH_WEIGHTS.stream()
        .filter(model::has)
        .forEach(part -> described.put(part, model.config(part)));
    assertEquals("", read(new Shapes(file), described));
    int accepted = 0;
    for (int i = 0; i < mutants; i++) {
      Map<String, List<Long>> mutant = new LinkedHashMap<>(file);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        mutate(mutant);
      }
      String error = read(new Shapes(mutant), described);
      accepted += error.isEmpty() ? 1 : 0;
      assertEquals(error.isEmpty() ? 0 : 1, error.lines().count(), error);
    }
    return accepted;
  }

  /// What reading says against it, all of it; empty if nothing.
  private static String read(Shapes file, Map<String, JsonObject> described) {
    try {
      Family family = Family.of(file);
      for (String part : family.partsIn(file)) {
        JsonObject config = requireNonNull(described.get(part), part);
        int layers = config.integerOr("num_hidden_layers", 0);
        Checkpoint weights = family.weights(file, part, layers);
        try {
          PublishedConfig.of(family, part, weights);
        } catch (FileFormatException e) {
          if (!e.getMessage().contains("--config")) {
            throw e;
          }
        }
        CheckpointWeights.names(
            weights,
            tree ->
                switch (part) {
                  case "unet", "transformer" ->
                      DenoiserPart.of(part, config).build(tree, PredictionType.EPSILON);
                  case "text_encoder_3" -> new T5EncoderModel(tree, T5Config.of(config));
                  case "vae" -> new AutoencoderKL(tree, VaeConfig.of(config));
                  default -> {
                    boolean projects = part.endsWith("_2") || family == Family.SD3;
                    yield new ClipTextModel(tree, ClipTextConfig.of(config, projects), projects);
                  }
                });
      }
      family.ignored(file);
      return "";
    } catch (FileFormatException e) {
      return e.getMessage();
    }
  }

  private void mutate(Map<String, List<Long>> file) {
    List<String> keys = new ArrayList<>(file.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    List<Long> dims = new ArrayList<>(file.get(key));
    switch (random.nextInt(5)) {
      case 0 -> file.remove(key);
      case 1 -> {
        int at = random.nextInt(key.length());
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        file.remove(key);
        file.put(key.substring(0, at) + piece + key.substring(at + random.nextInt(2)), dims);
      }
      case 2 -> {
        int from = random.nextInt(key.length());
        String other = keys.get(random.nextInt(keys.size()));
        file.put(key.substring(0, from) + other.substring(Math.min(from, other.length())), dims);
      }
      case 3 -> {
        if (!dims.isEmpty()) {
          dims.set(random.nextInt(dims.size()), DIMS.get(random.nextInt(DIMS.size())));
        }
        file.put(key, dims);
      }
      default -> {
        if (dims.isEmpty() || random.nextBoolean()) {
          dims.add(random.nextInt(dims.size() + 1), DIMS.get(random.nextInt(DIMS.size())));
        } else {
          dims.remove(random.nextInt(dims.size()));
        }
        file.put(key, dims);
      }
    }
  }
}
