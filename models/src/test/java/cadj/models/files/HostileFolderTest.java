package cadj.models.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.SchedulerConfig;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.HostileFile;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.Mutator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Thousands of model folders with one damaged file. Loading what the file belongs to may succeed,
/// or fail with one error of one line; and memory stays near the size of the files.
@GoldenTest
@Execution(ExecutionMode.CONCURRENT)
class HostileFolderTest {
  private static final long SEED = 20250102;
  private static final int MUTANTS = 2_000;
  private static final int MUTANTS_IN_A_ROW = 10;

  /// Bytes allocated per byte of text: a tree of JSON, a map of merges, a pattern.
  private static final long BYTES_PER_BYTE = 256;

  /// Bytes allocated per byte of weights: they are copied once, and halves are widened.
  private static final long BYTES_PER_WEIGHT_BYTE = 3;

  /// What loading any part costs: a schedule of at most 100,000 steps, a prompt of at most 65,536
  /// ids.
  private static final long ALLOWANCE = 2 << 20;

  /// Those that the models are for.
  private static final Set<Kind> SAMPLERS = EnumSet.complementOf(EnumSet.of(Kind.FLOW_MATCH_EULER));

  private static final List<String> CONFIGURATIONS =
      List.of(
          "model_index.json",
          "config.json",
          "scheduler_config.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "NaN",
          "-Infinity",
          "\"\"",
          "\"!\"",
          "\"content\"",
          "\"pad_token\"",
          "\"<|endoftext|>\"",
          "\"\\ud800\"",
          "\"\u00e9.safetensors\"",
          "\"../x.safetensors\"",
          "[[[[",
          "{\"a\":",
          "[0,0]",
          "[\"diffusers\",null]",
          " ",
          "\n",
          "\u0000",
          "\u00ff");

  private static final List<String> VALUES =
      Stream.concat(
              Mutator.NUMBERS.stream().filter(number -> !number.equals("NaN")),
              Stream.of(
                  "-2147483648",
                  "1e-300",
                  "1e300",
                  "7",
                  "65536",
                  "true",
                  "\"\"",
                  "\"silu\"",
                  "[]",
                  "[2147483647]",
                  "[16, 2147483647]",
                  "[-1, 0]",
                  "[[]]",
                  "{}"))
          .toList();

  @TempDir private Path temp;
  private final List<Path> folders = new ArrayList<>();

  /// Copies of all models; the first one's denoiser lies in shards.
  @BeforeEach
  void copy() throws IOException {
    for (Path model : Golden.modelFolders()) {
      folders.add(Folders.copy(model, temp.resolve(model.getFileName())));
    }
    Folders.shard(folders.getFirst(), "");
  }

  @Test
  void damagedFilesEndInOneErrorOrSucceed() throws IOException {
    Mutator mutator = new Mutator(new Random(SEED), PIECES);
    List<Path> files = texts();
    int accepted = 0;
    for (int i = 0; i < MUTANTS / MUTANTS_IN_A_ROW; i++) {
      Path file = files.get(mutator.random().nextInt(files.size()));
      byte[] original = Files.readAllBytes(file);
      for (int j = 0; j < MUTANTS_IN_A_ROW; j++) {
        byte[] mutant = original;
        for (int edits = 1 + mutator.random().nextInt(3); edits > 0; edits--) {
          mutant = mutator.mutate(mutant);
        }
        accepted += accepts(file, mutant) ? 1 : 0;
      }
      Files.write(file, original);
    }
    assertTrue(accepted > MUTANTS / 50, accepted + " mutants were accepted");
    assertTrue(accepted < MUTANTS / 2, accepted + " mutants were accepted");
    Golden.count(MUTANTS);
  }

  /// Each key of each part's configuration gets each of the values above.
  @Test
  void unlikelyValues() throws IOException {
    Set<String> seen = new HashSet<>();
    for (Path file : texts()) {
      if (!CONFIGURATIONS.contains(file.getFileName().toString())) {
        continue;
      }
      String original = Files.readString(file);
      for (String key : JsonFile.read(file).keys()) {
        if (seen.add(file.getParent().getFileName() + "/" + key)) {
          for (String value : VALUES) {
            accepts(file, Folders.with(original, key, value).getBytes(UTF_8));
            Golden.count(1);
          }
        }
      }
      Files.writeString(file, original);
    }
  }

  /// Files made to be costly: deep, long, or of many small things.
  @Test
  void costlyFilesStayCheap() throws IOException {
    List<String> bombs =
        List.of(
            "",
            "[".repeat(300_000),
            "{\"a\":".repeat(100_000),
            "{\"a\":[" + "[],".repeat(100_000) + "[]]}",
            "{\"block_out_channels\":[" + "8,".repeat(100_000) + "8]}",
            "{\"" + "n".repeat(300_000) + "\":0}",
            "{\"in_channels\":1" + "0".repeat(300_000) + "}",
            "{\"bos_token\":\"" + "b".repeat(300_000) + "\"}",
            "{\"weight_map\":{" + numbered("\"w%1$d\":\"%1$d.safetensors\"", 10_000) + "}}",
            "{" + numbered("\"%1$d\":%1$d", 50_000) + "}",
            "#\n" + "t h\n".repeat(50_000),
            "#\n" + "t ".repeat(100_000),
            "\n".repeat(300_000));
    for (Path file : texts()) {
      byte[] original = Files.readAllBytes(file);
      for (String bomb : bombs) {
        accepts(file, bomb.getBytes(ISO_8859_1));
        Golden.count(1);
      }
      Files.write(file, original);
    }
  }

  private static String numbered(String format, int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(format.formatted(i));
    }
    return String.join(",", all);
  }

  /// Puts `content` in place of a folder's file, loads its part, and says whether that went.
  private boolean accepts(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    Path folder = folders.stream().filter(file::startsWith).findFirst().orElseThrow();
    boolean isScheduler = file.getParent().endsWith("scheduler");
    long bound =
        (isScheduler ? SAMPLERS.size() : 1) * ALLOWANCE
            + BYTES_PER_BYTE * bytes(file.getParent(), false)
            + BYTES_PER_WEIGHT_BYTE * bytes(file.getParent(), true);
    try {
      return HostileFile.accepted(folder, bound, () -> load(folder, folder.relativize(file)));
    } catch (RuntimeException | Error e) {
      String text = new String(content, ISO_8859_1);
      return fail("%s: %s".formatted(file, text.substring(0, Math.min(3000, text.length()))), e);
    }
  }

  private static void load(Path folder, Path file) {
    ModelFiles model = ModelFiles.open(folder);
    String part = file.getName(0).toString();
    switch (part) {
      case "model_index.json" -> model.forceZerosForEmptyPrompt();
      case "unet" -> model.denoiser();
      case "vae" -> model.vae();
      case "scheduler" -> start(model.schedule());
      default -> {
        if (part.startsWith("tokenizer")) {
          ClipTokenizer tokenizer = model.tokenizer(part);
          tokenizer.encode("a photo of <|endoftext|> 2 cats, it's !!! \u4e2d \ud83d\ude00");
        } else {
          model.textEncoder(part);
        }
      }
    }
  }

  /// A run may not fit the schedule, nor a sampler the model, which are told as errors of what was
  /// asked for.
  private static void start(SchedulerConfig schedule) {
    for (Kind kind : SAMPLERS) {
      try {
        kind.start(schedule, 10);
      } catch (IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("steps: ") || message.startsWith("scheduler: "), message);
      }
    }
  }

  private List<Path> texts() throws IOException {
    List<Path> texts = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile).filter(file -> !isWeights(file)).forEach(texts::add);
      }
    }
    return texts.stream().sorted().toList();
  }

  private static boolean isWeights(Path file) {
    return file.toString().endsWith(".safetensors");
  }

  private static long bytes(Path folder, boolean weights) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> isWeights(file) == weights)
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sum();
    }
  }
}
