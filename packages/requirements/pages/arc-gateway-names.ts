/** The 180 names that the Arc gateway carries, `name:port` where it is not 443 (page of 2026-02-17, in its order). */

export const carriedNames: readonly string[] = `
*.arc.azure.net *.arcdatadogfood.com *.arcdataservices.com *.blob.core.windows.net *.blob.storage.azure.net
*.checkappexec.microsoft.com *.data.mcr.microsoft.com *.delivery.mp.microsoft.com *.dm.microsoft.com
*.download.microsoft.com *.download.windowsupdate.com *.dp.df.appliances-ppe.azure.com
*.dp.kubernetesconfiguration.azure.com *.dp.prod.appliances.azure.com *.endpoint.security.microsoft.com
*.guestconfiguration.azure.com *.guestnotificationservice.azure.com *.handler.control.monitor.azure.com
*.his.arc.azure.com *.ingest.monitor.azure.com *.login.microsoft.com *.monitor.core.windows.net *.monitoring.azure.com
*.obo.arc.azure.com *.obo.arc.azure.com:8084 *.oms.opinsights.azure.com *.prod.do.dsp.mp.microsoft.com
*.prod.hot.ingest.monitor.core.windows.net *.prod.microsoftmetrics.com *.prod.warm.ingest.monitor.core.windows.net
*.security.microsoft.com *.service.waconazure.com *.servicebus.windows.net *.smartscreen.microsoft.com
*.smartscreen-prod.microsoft.com *.trustedaccess.prod-aks.azure.com *.update.microsoft.com *.update.microsoft.com:80
*.urs.microsoft.com *.waconazure.com *.wd.microsoft.com *.wdcp.microsoft.com *.web.core.windows.net
*.windowsupdate.com *.windowsupdate.microsoft.com *.wns.windows.com adhs.events.data.microsoft.com adl.windows.com
aka.ms arcdataservicesrow1.azurecr.io arcplatformcliextprod.z13.web.core.windows.net aszk8snetworking.azurecr.io
automatedirstrprdcus.blob.core.windows.net automatedirstrprdcus3.blob.core.windows.net
automatedirstrprdeus.blob.core.windows.net automatedirstrprdeus3.blob.core.windows.net
automatedirstrprdneu.blob.core.windows.net automatedirstrprdneu3.blob.core.windows.net
automatedirstrprduks.blob.core.windows.net automatedirstrprdukw.blob.core.windows.net
automatedirstrprdweu.blob.core.windows.net automatedirstrprdweu3.blob.core.windows.net azgn*.servicebus.windows.net
azurearcfork8s.azurecr.io azurearcfork8sdev.azurecr.io azureprivatecloud.azurecr.io azurestackhci.azurefd.net
azurestackhci-usage.trafficmanager.net azurestackreleases.download.prss.microsoft.com
azurewatsonanalysis-prod.core.windows.net billing.platform.edge.azure.com cdn.x.cp.wd.microsoft.com core.windows.net
crl.microsoft.com ctldl.microsoft.com ctldl.windowsupdate.com data.policy.core.windows.net
dc.services.visualstudio.com definitionupdates.microsoft.com developer.microsoft.com download.microsoft.com
dp.stackhci.azure.com ecpacr.azurecr.io edgesupprd.trafficmanager.net enterpriseregistration.windows.net
eu.vortex-win.data.microsoft.com europe.x.cp.wd.microsoft.com eu-v20.events.data.microsoft.com
events.data.microsoft.com fe3.delivery.mp.microsoft.com fe3cr.delivery.mp.microsoft.com
gcs.prod.monitoring.core.windows.net global.handler.control.monitor.azure.com go.microsoft.com graph.microsoft.com
graph.windows.net guestnotificationservice.azure.com hciarcvmscontainerregistry.azurecr.io
hciarcvmsstorage.z13.web.core.windows.net hybridaks.azurecr.io hybridaksstorage.z13.web.core.windows.net
k8connecthelm.azureedge.net k8sconnectcsp.azureedge.net kvamanagementoperator.azurecr.io
licensing.platform.edge.azure.com linuxgeneva-microsoft.azurecr.io login.live.com login.microsoft.com
login.windows.net management.azure.com mcr.microsoft.com microsoft.com msdl.microsoft.com msk8s.api.cdp.microsoft.com
msk8s.sb.tlu.dl.delivery.mp.microsoft.com officecdn-microsoft-com.akamaized.net onegetcdn.azureedge.net
oneocsp.microsoft.com packages.microsoft.com pas.windows.net pipelineagent.azurecr.io pkgs.dev.azure.com
portal.azure.com prod5.prod.hot.ingestion.msftcloudes.com psg-prod-eastus.azureedge.net
redirectiontool.trafficmanager.net san-af-*-prod.azurewebsites.net settings-win.data.microsoft.com
store.policy.core.windows.net sts.windows.net time.windows.com tlu.dl.delivery.mp.microsoft.com
tsfe.trafficshaping.dsp.mp.microsoft.com uk.vortex-win.data.microsoft.com uk-v20.events.data.microsoft.com
unitedkingdom.x.cp.wd.microsoft.com unitedstates.x.cp.wd.microsoft.com us.vortex-win.data.microsoft.com
usseu1northprod.blob.core.windows.net usseu1westprod.blob.core.windows.net ussuk1southprod.blob.core.windows.net
ussuk1westprod.blob.core.windows.net ussus1eastprod.blob.core.windows.net ussus1westprod.blob.core.windows.net
ussus2eastprod.blob.core.windows.net ussus2westprod.blob.core.windows.net ussus3eastprod.blob.core.windows.net
ussus3westprod.blob.core.windows.net ussus4eastprod.blob.core.windows.net ussus4westprod.blob.core.windows.net
us-v20.events.data.microsoft.com v10.events.data.microsoft.com v20.events.data.microsoft.com
vortex-win.data.microsoft.com winatp-gw-cane.microsoft.com winatp-gw-cus.microsoft.com winatp-gw-cus3.microsoft.com
winatp-gw-eus.microsoft.com winatp-gw-eus3.microsoft.com winatp-gw-neu.microsoft.com winatp-gw-neu3.microsoft.com
winatp-gw-uks.microsoft.com winatp-gw-ukw.microsoft.com winatp-gw-weu.microsoft.com winatp-gw-weu3.microsoft.com
windowsupdate.microsoft.com wseu1northprod.blob.core.windows.net wseu1westprod.blob.core.windows.net
wsuk1southprod.blob.core.windows.net wsuk1westprod.blob.core.windows.net wsus1eastprod.blob.core.windows.net
wsus1westprod.blob.core.windows.net wsus2eastprod.blob.core.windows.net wsus2westprod.blob.core.windows.net
wustat.windows.com www.microsoft.com www.microsoft.com:80 www.office.com www.powershellgallery.com
x.cp.wd.microsoft.com
`
  .trim()
  .split(/\s+/);
