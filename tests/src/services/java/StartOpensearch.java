// OpenSearch's own server classes without its start script: arguments are the home folder, the HTTP port, the transport port.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.plugins.Plugin;

public class StartOpensearch {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        for (String folder : new String[] {"config", "plugins", "modules", "lib"}) {
            Files.createDirectories(home.resolve(folder));
        }
        Settings settings = Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "tests")
            .put("node.name", "one")
            .put("http.port", arguments[1])
            .put("transport.port", arguments[2])
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            // A full disk of the machine is not what is tested.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        List<Class<? extends Plugin>> modules = List.of(
            org.opensearch.transport.Netty4ModulePlugin.class,
            org.opensearch.index.reindex.ReindexModulePlugin.class,
            org.opensearch.index.mapper.MapperExtrasModulePlugin.class,
            org.opensearch.painless.PainlessModulePlugin.class,
            org.opensearch.ingest.common.IngestCommonModulePlugin.class);
        OpenSearchRunnerNode node = new OpenSearchRunnerNode(new Environment(settings, home.resolve("config")), modules);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception cause) {
                cause.printStackTrace();
            }
        }));
        node.start();
        Thread.currentThread().join();
    }
}
