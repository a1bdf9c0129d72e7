// Elasticsearch's own server classes without its start script: arguments are the home folder, the HTTP port, the transport port.

import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

public class StartElasticsearch {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        module(home.resolve("modules").resolve("transport-netty4"), Path.of(arguments[3]));
        for (String folder : new String[] {"config", "plugins", "lib"}) {
            Files.createDirectories(home.resolve(folder));
        }
        LogConfigurator.configureESLogging();
        Settings settings = Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "tests")
            .put("node.name", "one")
            .put("http.port", arguments[1])
            .put("transport.port", arguments[2])
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            // A full disk of the machine is not what is tested.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        Environment environment = new Environment(settings, home.resolve("config"));
        PluginsLoader loader = PluginsLoader.createPluginsLoader(PluginsLoader.loadModulesBundles(environment.modulesDir(), false), Set.of(), Map.of(), false);
        new Node(environment, loader).start();
        Thread.currentThread().join();
    }

    /** The module of HTTP and transport: its jars and what describes it, which its artifact carries inside. */
    private static void module(Path module, Path jars) throws Exception {
        Files.createDirectories(module);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(jars, "{transport-netty4,netty}-*.jar")) {
            for (Path jar : all) {
                Files.copy(jar, module.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                if (jar.getFileName().toString().startsWith("transport-netty4")) {
                    try (java.util.zip.ZipFile archive = new java.util.zip.ZipFile(jar.toFile())) {
                        for (var entry : java.util.Collections.list(archive.entries())) {
                            if (entry.getName().startsWith("META-INF/es-plugins/transport-netty4/") && !entry.isDirectory()) {
                                describe(archive.getInputStream(entry), module.resolve(Path.of(entry.getName()).getFileName()));
                            }
                        }
                    }
                }
            }
        }
    }

    private static void describe(InputStream from, Path to) throws Exception {
        String text = new String(from.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        // Its jars are ordinary ones: they have no Java module of that name.
        Files.writeString(to, text.replaceAll("(?m)^modulename=.*\\R?", ""));
    }
}
