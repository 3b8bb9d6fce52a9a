package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.catalogue.EditMethods;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// Every option of every command parses, and every command explains itself.
class OptionsTest {
  /// For each command, arguments that use all of its own options.
  private static final Map<String, List<String>> SAMPLES = new LinkedHashMap<>();

  private static final String GLOBAL =
      "--threads 2 --memory 64g --device emulated --no-nvidia-libs --matmul-precision high"
          + " --conv-tf32 off --weights fp16 --json --quiet --verbose";

  static {
    SAMPLES.put("demo", List.of("--out d", "-o d"));
    SAMPLES.put(
        "generate",
        List.of(
            "--model fashion --prompt a --prompt b --negative n --seed -3 --steps 5 --guidance 1.5"
                + " --guidance-rescale 0.7 --skip-layers 7,8 --skip-layer-scale 2"
                + " --skip-layer-start 0.1 --skip-layer-stop 0.5 --scheduler pndm --latents f:k"
                + " --patch p --patch q --out o",
            "-m fashion -p a --scheduler DDIM --unet u.pt --lora l.pt --lora C:\\m:-0.5 -o o.png",
            "-p a --scheduler dpmpp_2m_karras",
            "-m m.safetensors --config c -p a -o o.png",
            "-m d --variant v -p a -o o",
            "-p a --tokenizer openai --embedding e --embedding f --prompt-weights --long-prompts"
                + " --no-t5 --t5-length 77 -o o",
            "--prompts f --rows 1-2 --overwrite --count 2 --rng torch-cuda --width 8 --height 8"));
    SAMPLES.put(
        "attribute",
        List.of(
            "--model m --variant v --concept c --prompt a --prompt b --base b --objective erase"
                + " --mode reference --estimator first-order --scheduler ddim --steps 3"
                + " --schedule-steps 5 --samples 2 --guidance 3 --seed 1 --latents f --sites all"
                + " --grads --out o",
            "-m m -c c -p a --objective amplify --images d --pictures 3 --mode corrected --sites ff"
                + " -o o",
            "-c c -o o --sites attention --trajectories 3-5",
            "-c c -o o --estimator mean-point:p=0.01 --spread",
            "-c c -o o --sites convolution --lora l:2 --unet u",
            "-m m.safetensors --config c -c c -o o --sites norm,ff,text-ff,text-attention",
            "-c c -o o --tokenizer transformers --embedding e --prompt-weights --long-prompts"
                + " --no-t5 --t5-length 77"));
    SAMPLES.put("merge", List.of("a b --model m --grads --spread --out o", "a -m m -o o"));
    SAMPLES.put(
        "edit",
        List.of(
            "--attribution a --erase --per row --ratio 0.1 --out o --model m",
            "-a a --amplify --per matrix --count 3 -o o -m m --unet u --objective amplify",
            "-a a -a b --both --per model --ratio 1 --full d",
            "-a a --erase --per neuron --count 2 --dose 0.5 --against b --against c -o o",
            "-a a --erase --per head --ratio 0.1 -o o",
            "-a a --erase --per filter --count 1 -o o",
            "-a a --erase --per layer --count 1 -o o",
            "--concept c --method uce --set eta=1 --set lamb=2 --target a=b --target c= --preserve"
                + " p --preserve f.txt --seed 3 --auto --keep 0.9 --gone 0.1 --pictures 3 --judge j"
                + " --labels l --out o",
            "-c c --erase --variant v --lora l:2 --config d --tokenizer openai --embedding e"
                + " --prompt-weights --long-prompts --no-t5 --t5-length 77 --full d"));
    SAMPLES.put("apply", List.of("m p q --full d --revert"));
    SAMPLES.put(
        "convert",
        List.of(
            "m --to d --dtype f16",
            "--model m.safetensors --config c --to o.safetensors --dtype as-is",
            "-m m -o d --unet u --lora l:2"));
    SAMPLES.put(
        "evaluate",
        List.of(
            "--model m --protocol p --protocol q --method uce --method uce:eta=1 --concept c -c d"
                + " --seed 1 --seed 2 --cells 2-3 --out o",
            "-m m --quick -o o --judge j --labels l --clip c --inception i --lpips a,b --nudenet n",
            "-m m --report --compare l -o o"));
    SAMPLES.put(
        "heatmap",
        List.of(
            "--model fashion --prompt a --word a --word b --layer **.attn2 --layer mid_block.**"
                + " --at-steps 1-5 --per-layer --per-step --own-scale --out o",
            "-m fashion -p a --negative n --seed -3 --steps 5 --guidance 1.5 --guidance-rescale 0.7"
                + " --skip-layers 7 --skip-layer-scale 2 --skip-layer-start 0.1 --skip-layer-stop"
                + " 0.5 --scheduler pndm --latents f:k --patch p --rng torch-cuda --width 8"
                + " --height 8 -o o",
            "-m m -p a --unet u --lora l:2 --config c --variant v --tokenizer openai --embedding e"
                + " --prompt-weights --long-prompts --no-t5 --t5-length 77"));
    SAMPLES.put(
        "profile",
        List.of("--html h --trace t --jfr j --baseline b generate --prompt a --out o.png"));
    SAMPLES.put(
        "trace",
        List.of(
            "--model fashion --concept c --prompt a --base b --method restore --corrupt noise"
                + " --word w --noise 3 --layers **.attn2,**.ff --window 2 --step-window 3 --samples"
                + " 4 --seed -1 --steps 5 --guidance 3 --scheduler pndm --attribution a --judge j"
                + " --labels l --clip c --out o",
            "-m fashion -c c -p a --method swap --corrupt base -a f -o o",
            "-m m -c c --unet u --lora l:2 --config c --variant v --tokenizer openai --embedding e"
                + " --prompt-weights --long-prompts --no-t5 --t5-length 77"));
    SAMPLES.put(
        "inspect",
        List.of(
            "fashion --variant v --html h.html",
            "a b c --union u --difference d",
            "a --by neuron --top 3 --try --pictures 2 --seed 1 --judge j --labels l --model m",
            "a --by step -m m"));
    SAMPLES.put(
        "graph",
        List.of(
            "--model m --part vae --module decoder --depth 3 --stats weights,ACTIVATIONS,gradients"
                + " --prompt p --timestep 1.5 --seed 2 --html h.html",
            "-m m --variant v --unet u --lora l:2 --config c --tokenizer openai --embedding e"
                + " --prompt-weights --long-prompts --no-t5 --t5-length 77 --tape mid_block --svg"
                + " s.svg"));
    SAMPLES.put("kernels", List.of(""));
    SAMPLES.put(
        "kernels run",
        List.of(
            "a.ptx --entry e --grid 4,2 --block 256 --shared 64 --arg i32=1 --arg f32[8]=zeros"
                + " --out o --print 3 --compare"));
    SAMPLES.put(
        "kernels profile",
        List.of(
            "sum_rows --shape 8,64 --html h.html",
            "a.ptx --entry e --grid 4 --block 256 --shared 64 --arg i32=1 --html h.html"));
    SAMPLES.put("doctor", List.of(""));
    SAMPLES.put("gpu-check", List.of("--out gpu.txt", "--part kernels"));
  }

  private static Map<String, CommandLine> program() {
    return Main.commandLine(new Main()).getSubcommands();
  }

  /// The program's commands and theirs.
  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> all = new LinkedHashMap<>();
    program()
        .forEach(
            (name, command) -> {
              all.put(name, command);
              command.getSubcommands().forEach((its, sub) -> all.put(name + " " + its, sub));
            });
    return all;
  }

  @Test
  void thereIsASampleOfEveryCommand() {
    assertEquals(commands().keySet(), SAMPLES.keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "generate",
        "attribute",
        "merge",
        "edit",
        "apply",
        "heatmap",
        "inspect",
        "graph",
        "profile",
        "trace",
        "kernels",
        "kernels run",
        "kernels profile",
        "doctor",
        "gpu-check"
      })
  void everyOptionParsesAndIsDescribed(String command) {
    Set<String> used = new HashSet<>(List.of("--help", "-h", "--version", "-V", "-q", "-v"));
    for (String sample : SAMPLES.get(command)) {
      String[] args = (command + " " + GLOBAL + " " + sample).trim().split(" +");
      CommandLine line = Main.commandLine(new Main());
      assertDoesNotThrow(() -> line.parseArgs(args), String.join(" ", args));
      used.addAll(Arrays.asList(args));
    }
    for (OptionSpec option : commands().get(command).getCommandSpec().options()) {
      for (String name : option.names()) {
        assertTrue(used.contains(name), command + " has no sample of " + name);
      }
      assertTrue(option.description().length > 0, option.longestName());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "generate",
        "attribute",
        "merge",
        "edit",
        "apply",
        "heatmap",
        "inspect",
        "graph",
        "profile",
        "trace",
        "kernels",
        "kernels run",
        "kernels profile",
        "doctor",
        "gpu-check"
      })
  void everyCommandHasHelp(String command) {
    String help = Cli.run((command + " --help").split(" ")).succeeds().out();
    CommandLine line = commands().get(command);
    assertTrue(help.startsWith(line.getCommandSpec().usageMessage().header()[0]), help);
    assertTrue(help.contains("Usage: cadj " + command), help);
    for (OptionSpec option : line.getCommandSpec().options()) {
      assertTrue(help.contains(option.longestName()), option.longestName());
    }
    for (String example : line.getCommandSpec().usageMessage().footer()) {
      assertTrue(help.contains(example), "wrapped: " + example);
    }
    assertEquals(help, Cli.run((command + " -h").split(" ")).out());
  }

  /// As people write them, whatever the constants are called.
  @ParameterizedTest
  @ValueSource(strings = {"generate", "attribute", "heatmap"})
  void helpNamesSamplers(String command) {
    String help = Cli.run(command, "--help").succeeds().out().replaceAll("\\s+", " ");
    String names =
        "ddim, pndm, euler, euler_ancestral, dpmpp_2m, dpmpp_2m_karras, unipc, lcm,"
            + " flow_match_euler";
    assertTrue(help.contains(": " + names + " ("), help);
  }

  /// One by one, below the examples, and none wider than a terminal.
  @Test
  void helpOfEditListsMethodsWithTheirSettings() {
    List<String> help = Cli.run("edit", "--help").succeeds().out().lines().toList();
    int from = help.indexOf("Methods, with the defaults of the settings that --set changes:") + 1;
    List<String> listed = help.subList(from, help.size());
    for (EditMethod method : EditMethods.ALL) {
      assertTrue(
          listed.stream().anyMatch(line -> (line + " ").startsWith("  " + method.name() + " ")),
          method.name());
      String all = String.join(" ", listed).replaceAll(" +", " ");
      method.settings().keySet().forEach(key -> assertTrue(all.contains(" " + key + "="), key));
    }
    listed.forEach(line -> assertTrue(line.length() <= 80, line));
  }

  /// What is wrong is told in the words of the help, not in those of the code.
  @Test
  void errorsListTheWordsOfTheHelp() {
    Set<Class<?>> seen = new HashSet<>();
    commands()
        .forEach(
            (name, command) -> {
              for (OptionSpec option : command.getCommandSpec().options()) {
                for (Class<?> type : option.auxiliaryTypes()) {
                  if (type.isEnum() && seen.add(type)) {
                    listsTheWordsOfTheHelp(name, option);
                  }
                }
              }
            });
    assertTrue(seen.size() > 10, seen::toString);
  }

  private static void listsTheWordsOfTheHelp(String command, OptionSpec option) {
    String[] args = (command + " " + option.longestName() + "=nonsense").split(" ");
    Cli cli = Cli.run(args).fails(2, "expected one of ");
    Matcher words = Pattern.compile("expected one of (.*), got nonsense").matcher(cli.err());
    assertTrue(words.find(), cli.err());
    String help = Cli.run((command + " --help").split(" ")).out().replaceAll("\\s+", " ");
    for (String word : words.group(1).split(", ", -1)) {
      assertTrue(word.matches("[a-z0-9_-]+") && help.contains(word), cli.err());
    }
  }

  @Test
  void theProgramHasHelpThatListsTheCommands() {
    String help = Cli.run("--help").succeeds().out();
    program().keySet().forEach(name -> assertTrue(help.contains("  " + name + " "), name));
    assertTrue(Cli.run("--version").succeeds().out().startsWith("cadj "));
  }
}
