//! Each kind that the program knows: its authentication, its product and its fields.

use super::*;

#[test]
fn acs_commons_knows_only_jwt() {
    let found = only(&[configuration(
        pid::ACS_COMMONS,
        &[
            ("endpoint", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
            ("clientId", &["acme-client"]),
            ("clientSecret", &["$[secret:S]"]),
            ("adobeLoginClaimKey", &["https://ims-na1.adobelogin.com/s/ent_campaign_sdk"]),
        ],
    )]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::AcsCommonsAdobeIo, AuthType::Jwt));
    assert_eq!(found.product, Some(Product::Campaign));
    assert_eq!(found.state(FieldName::PrivateKey), FieldState::Missing);
}

#[test]
fn acs_commons_with_credentials_of_an_environment_are_service_credentials() {
    for properties in [
        &[("clientId", &["cm-p1-e2-integration-0"][..])][..],
        &[
            ("clientId", &["$[env:ID]"][..]),
            ("adobeLoginClaimKey", &["https://ims-na1.adobelogin.com/s/ent_aem_cloud_api"][..]),
        ][..],
    ] {
        let found = only(&[configuration(pid::ACS_COMMONS, properties)]);
        assert_eq!((found.kind, found.auth), (IntegrationKind::ServiceCredentials, AuthType::Jwt));
        assert_eq!(found.product, Some(Product::AemCloudService));
    }
}

#[test]
fn a_workspace_is_oauth_when_its_scopes_are_not_blank() {
    let with = |scopes: &[&str]| {
        only(&[configuration(
            pid::AIO_WORKSPACE,
            &[
                ("aio.api.key", &["$[env:KEY]"]),
                ("aio.meta.scopes", &["/s/ent_adobeio_sdk"]),
                ("aio.encoded.pkcs8", &["$[secret:PKCS8]"]),
                ("aio.oauth.scopes", scopes),
            ],
        )])
    };
    assert_eq!((with(&["openid"]).auth, with(&["openid"]).confidence), (AuthType::OAuth, Confidence::High));
    assert_eq!(with(&["$[env:SCOPES]"]).auth, AuthType::OAuth);
    assert_eq!(with(&["  "]).auth, AuthType::Jwt);
    let jwt = only(&[configuration(pid::AIO_WORKSPACE, &[("aio.encoded.pkcs8", &["$[secret:PKCS8]"])])]);
    assert_eq!((jwt.auth, jwt.product), (AuthType::Jwt, Some(Product::IoEvents)));
    assert_eq!(jwt.evidence[0].text, "`aio.encoded.pkcs8` is the key that signs a JWT");
}

#[test]
fn a_workspace_may_stand_in_a_properties_file() {
    let file = TestFile::at("conf/workspace.properties")
        .node("", &[("aio_api_key", &["k"]), ("aio_encoded_pkcs8", &["x"]), ("aio_client_secret", &["invented"])]);
    let found = only(&[file]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::AioWorkspace, AuthType::Jwt));
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Present);
}

#[test]
fn launch_names_its_ims_configuration() {
    let launch = page(
        "/conf/acme/settings/cloudconfigs/launch",
        &[
            ("sling:resourceType", &["cq/dtm-reactor/components/conf/page"]),
            ("imsConfigId", &["Adobe Launch"]),
            ("company", &["CO1"]),
        ],
    );
    let found = only(&[launch]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::Launch, AuthType::Unknown));
    assert_eq!(found.name.as_deref(), Some("launch"));
    assert_eq!(found.references[0].target, "Adobe Launch");
    assert!(found.references[0].resolved.is_empty());
}

#[test]
fn legacy_target_and_analytics_sign_in_with_users() {
    let target = page(
        "/etc/cloudservices/testandtarget/acme",
        &[
            ("cq:cloudservicename", &["testandtarget"]),
            ("sling:resourceType", &["cq/analytics/components/testandtargetpage"]),
            ("email", &["someone@example.com"]),
            ("password", &["{0123456789abcdef0123456789abcdef}"]),
        ],
    );
    let found = only(&[target]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::Target, AuthType::UserCredentials));
    assert_eq!(found.state(FieldName::Password), FieldState::Encrypted);
    let bare = page(
        "/etc/cloudservices/sitecatalyst/acme",
        &[("sling:resourceType", &["cq/analytics/components/sitecatalystpage"]), ("connectedWhen", &["username"])],
    );
    assert_eq!(only(&[bare]).auth, AuthType::Unknown);
    let framework = page(
        "/etc/cloudservices/testandtarget/acme/framework",
        &[
            ("cq:cloudservicename", &["testandtarget"]),
            ("sling:resourceType", &["cq/analytics/components/cbframework"]),
        ],
    );
    assert!(is_silent(&model(&[framework])));
}

#[test]
fn target_with_an_ims_configuration_signs_in_with_it() {
    let target = page(
        "/conf/acme/settings/cloudconfigs/target",
        &[("imsConfig", &["IMS Target"]), ("email", &["someone@example.com"])],
    );
    let found = only(&[target]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::Target, AuthType::Unknown));
    assert_eq!(found.confidence, Confidence::Medium);
    assert_eq!(found.references[0].target, "IMS Target");
}

#[test]
fn dynamic_media_is_a_user_and_its_preview_token_is_no_jwt() {
    let found = only(&[page(
        "/conf/global/settings/cloudconfigs/dmscene7",
        &[
            ("cq:cloudservicename", &["dmscene7"]),
            ("sling:resourceType", &["dam/components/scene7/dmscene7page"]),
            ("email", &["someone@example.com"]),
            ("previewServerToken", &["eyJ0eXAiOiJKV1QiLCJ.invented.token"]),
        ],
    )]);
    assert_eq!((found.kind, found.auth), (IntegrationKind::DynamicMedia, AuthType::UserCredentials));
}

#[test]
fn smart_tags_with_an_account_of_its_own_is_jwt() {
    let found = only(&[page(
        "/etc/cloudservices/smarttagging/acme",
        &[
            ("cq:template", &["/libs/dam/templates/smarttagging"]),
            ("serviceUrl", &["https://mc.adobe.io/marketingcloud/smartcontent"]),
            ("authServerUrl", &["https://ims-na1.adobelogin.com"]),
            ("apiKey", &["a"]),
            ("techAcctId", &["x@techacct.adobe.com"]),
            ("orgId", &["ACME@AdobeOrg"]),
            ("clientSecret", &["{0123456789abcdef0123456789abcdef}"]),
        ],
    )]);
    assert_eq!(
        (found.kind, found.auth, found.product),
        (IntegrationKind::SmartTags, AuthType::Jwt, Some(Product::SmartTags))
    );
    assert!(is_silent(&model(&[page("/etc/cloudservices/smarttagging/empty", &[("apiKey", &[""])])])));
}

#[test]
fn brand_portal_and_stock_name_their_ims_configuration() {
    let portal = page(
        "/conf/global/settings/cloudconfigs/mediaportal/acme",
        &[
            ("sling:resourceType", &["dam/components/mediaportal/config"]),
            ("tenantURL", &["https://acme.brand-portal.adobe.com"]),
            ("imsConfig", &["Brand Portal"]),
        ],
    );
    assert_eq!(only(&[portal]).references[0].target, "Brand Portal");
    let stock = TestFile::osgi(
        "jcr_root/apps/system/config/stock-1.config",
        Pid::factory(pid::STOCK, "1"),
        &[("name", &["Stock"]), ("imsConfig", &["Adobe Stock"])],
    );
    let found = only(&[stock]);
    assert_eq!((found.kind.clone(), found.references[0].target.as_str()), (IntegrationKind::Stock, "Adobe Stock"));
}

#[test]
fn agents_name_their_token_provider() {
    let agent = page(
        "/etc/replication/agents.author/acme",
        &[("sling:resourceType", &["cq/replication/components/agent"]), ("accessTokenProviderName", &["acme"])],
    );
    assert_eq!(only(&[agent]).references[0].target, "acme");
    let plain =
        page("/etc/replication/agents.author/publish", &[("sling:resourceType", &["cq/replication/components/agent"])]);
    assert!(is_silent(&model(&[plain])));
    let distribution = configuration(pid::DISTRIBUTION_SECRET, &[("accessTokenProvider.target", &["(name=acme)"])]);
    assert_eq!(only(&[distribution]).references[0].target, "acme");
}

#[test]
fn service_credentials_are_jwt_of_the_cloud_service() {
    let found = only(&[TestFile::at("credentials.json").node(
        "integration",
        &[
            ("imsEndpoint", &["ims-na1.adobelogin.com"]),
            ("metascopes", &["ent_aem_cloud_api"]),
            ("technicalAccount.clientId", &["cm-p1-e2"]),
            ("technicalAccount.clientSecret", &["invented"]),
            ("id", &["x@techacct.adobe.com"]),
            ("org", &["ACME@AdobeOrg"]),
            ("privateKey", &["-----BEGIN RSA PRIVATE KEY-----"]),
        ],
    )]);
    assert_eq!((found.kind.clone(), found.auth), (IntegrationKind::ServiceCredentials, AuthType::Jwt));
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Present);
    assert!(found.fields.iter().filter(|f| f.name.is_secret()).all(|f| f.value.is_none()));
}

#[test]
fn credentials_of_a_developer_console_workspace() {
    let credential = |kind: &str, properties: Properties<'_>| {
        let mut all: Vec<(&str, &[&str])> = vec![("name", &["cred"])];
        let kind = [kind];
        all.push(("integration_type", &kind));
        all.extend_from_slice(properties);
        let file = TestFile::at("workspace.json")
            .node("project", &[("org.ims_org_id", &["ACME@AdobeOrg"])])
            .node("project/workspace/details/credentials/0", &all);
        model(&[file]).integrations
    };
    let jwt = credential(
        "service",
        &[("jwt.client_id", &["a"]), ("jwt.client_secret", &["b"]), ("jwt.meta_scopes", &["ent_smartcontent_sdk"])],
    );
    assert_eq!((jwt.len(), jwt[0].auth, jwt[0].product), (1, AuthType::Jwt, Some(Product::SmartTags)));
    assert_eq!(jwt[0].value(FieldName::OrgId), Some("ACME@AdobeOrg"));
    let oauth = credential(
        "oauth_server_to_server",
        &[
            ("oauth_server_to_server.client_id", &["a"]),
            ("oauth_server_to_server.client_secrets", &["b"]),
            ("oauth_server_to_server.scopes", &["openid"]),
        ],
    );
    assert_eq!(oauth[0].auth, AuthType::OAuth);
    assert_eq!(oauth[0].state(FieldName::Scopes), FieldState::Present);
    let both = credential(
        "oauth_server_to_server_migrate",
        &[("jwt.client_id", &["a"]), ("jwt.meta_scopes", &["ent_x_sdk"]), ("oauth_server_to_server.client_id", &["a"])],
    );
    assert_eq!((both[0].auth, both[0].state(FieldName::Metascopes)), (AuthType::OAuth, FieldState::Present));
    assert!(credential("oauthweb", &[("oauth2.client_id", &["a"]), ("oauth2.client_secret", &["b"])]).is_empty());
}

#[test]
fn contexts_of_the_command_line() {
    let file = TestFile::at(".env").node(
        "",
        &[
            ("AIO_ims_contexts_ProjectB_client__id", &["a"]),
            ("AIO_ims_contexts_ProjectB_client__secret", &["invented"]),
            ("AIO_ims_contexts_ProjectB_meta__scopes", &["[\"ent_smartcontent_sdk\",\"ent_adobeio_sdk\"]"]),
            ("AIO_ims_contexts_Web_client__id", &["b"]),
            ("AIO_ims_contexts_Web_redirect__uri", &["https://example.com"]),
        ],
    );
    let found = only(&[file]);
    assert_eq!(
        (found.kind.clone(), found.auth, found.name.as_deref()),
        (IntegrationKind::AioContext, AuthType::Jwt, Some("ProjectB"))
    );
    assert_eq!(found.product, Some(Product::SmartTags));
    let file = TestFile::at(".aio").node(
        "",
        &[
            ("ims.contexts.cm.client_id", &["a"]),
            ("ims.contexts.cm.client_secrets", &["invented"]),
            ("ims.contexts.cm.scopes", &["openid"]),
            ("ims.contexts.cm.oauth_enabled", &["true"]),
        ],
    );
    assert_eq!(only(&[file]).auth, AuthType::OAuth);
}

#[test]
fn a_projects_own_client_with_claims_is_jwt() {
    let found = only(&[configuration(
        "com.acme.core.impl.AdobeImsClient",
        &[
            ("imsHost", &["https://ims-na1.adobelogin.com"]),
            ("apiKey", &["a"]),
            ("iss", &["ACME@AdobeOrg"]),
            ("sub", &["x@techacct.adobe.com"]),
            (
                "metascopes",
                &[
                    "https://ims-na1.adobelogin.com/s/ent_places_sdk",
                    "https://ims-na1.adobelogin.com/s/ent_marketing_sdk",
                ],
            ),
            ("clientSecret", &["invented"]),
        ],
    )]);
    assert_eq!(
        (found.kind.clone(), found.auth, found.confidence),
        (IntegrationKind::Generic, AuthType::Jwt, Confidence::High)
    );
    assert_eq!(found.state(FieldName::ClientId), FieldState::Present);
    assert_eq!(found.state(FieldName::OrgId), FieldState::Present);
    assert_eq!(found.name.as_deref(), Some("AdobeImsClient"));
}

#[test]
fn a_projects_own_oauth_client_is_not_jwt() {
    let found = only(&[configuration(
        "com.acme.Firefly",
        &[
            ("clientId", &["a"]),
            ("clientSecret", &["$[secret:S]"]),
            ("scopes", &["openid,AdobeID"]),
            ("tokenUrl", &["https://ims-na1.adobelogin.com/ims/token/v3"]),
        ],
    )]);
    assert_eq!(found.auth, AuthType::OAuth);
    assert_eq!(found.state(FieldName::TokenEndpoint), FieldState::Present);
}

#[test]
fn a_node_that_names_its_organisation_and_no_more_is_unknown() {
    let found = only(&[configuration("com.acme.Places", &[("apiKey", &["a"]), ("iss", &["ACME@AdobeOrg"])])]);
    assert_eq!((found.auth, found.confidence), (AuthType::Unknown, Confidence::Low));
}

#[test]
fn a_product_node_that_names_its_authentication() {
    let with = |auth: &str| {
        only(&[page(
            "/conf/acme/settings/cloudconfigs/newproduct",
            &[("authType", &[auth]), ("clientId", &["a"]), ("orgId", &["ACME@AdobeOrg"])],
        )])
        .auth
    };
    assert_eq!(with("JWT"), AuthType::Jwt);
    assert_eq!(with("serviceAccount"), AuthType::Jwt);
    assert_eq!(with("OAuth Server-to-Server"), AuthType::OAuth);
    assert_eq!(with("oauth"), AuthType::OAuth);
}

#[test]
fn the_claims_may_stand_in_a_node_below() {
    let file = TestFile::at("config.json")
        .node("tool", &[("client_id", &["a"]), ("client_secret", &["b"]), ("host", &["ims-na1.adobelogin.com"])])
        .node(
            "tool/jwt_payload",
            &[("sub", &["x@techacct.adobe.com"]), ("https://ims-na1.adobelogin.com/s/ent_cloudmgr_sdk", &["true"])],
        );
    let found = only(&[file]);
    assert_eq!((found.auth, found.product), (AuthType::Jwt, Some(Product::CloudManager)));
}

#[test]
fn an_endpoint_alone_is_a_stray_one() {
    let model = model(&[configuration(
        "com.acme.EndPoint",
        &[("name", &["adobeImsJwtExchange"]), ("url", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"])],
    )]);
    assert!(model.integrations.is_empty());
    assert_eq!(model.endpoints.len(), 1);
    assert_eq!(model.endpoints[0].url, "https://ims-na1.adobelogin.com/ims/exchange/jwt");
}

#[test]
fn key_stores_of_the_service_users() {
    let by_path = TestFile::at("jcr_root/home/users/system/.content.xml")
        .node("/home/users/system/target-imsconfig-service/keystore", &[("jcr:primaryType", &["nt:unstructured"])]);
    let keys = model(&[by_path]).keys;
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (keys[0].what.as_str(), keys[0].product),
        ("key store of `target-imsconfig-service`", Some(Product::Target))
    );
    let by_principal = TestFile::at("jcr_root/home/users/system/.content.xml")
        .node(
            "/home/users/system/x/abc",
            &[("jcr:primaryType", &["rep:SystemUser"]), ("rep:principalName", &["dam-update-service"])],
        )
        .node("/home/users/system/x/abc/keystore", &[("jcr:primaryType", &["nt:unstructured"])]);
    assert_eq!(model(&[by_principal]).keys[0].product, Some(Product::SmartTags));
    let other = TestFile::at("jcr_root/home/users/system/.content.xml")
        .node("/home/users/system/authentication-service/keystore", &[("jcr:primaryType", &["nt:unstructured"])]);
    assert!(model(&[other]).keys.is_empty());
}

/// Of several metascopes the first that is written decided, wherever it stood.
#[test]
fn the_product_comes_from_all_metascopes() {
    let of = |metascopes: &[&str]| {
        let properties: &[(&str, &[&str])] =
            &[("clientId", &["0000example"]), ("clientSecret", &["$[secret:ACME]"]), ("metascopes", metascopes)];
        only(&[configuration("com.acme.core.ImsClient", properties)]).product
    };
    assert_eq!(of(&["/s/ent_adobeio_sdk", "/s/ent_reactor_sdk"]), Some(Product::Launch));
    assert_eq!(of(&["/s/ent_reactor_sdk", "/s/ent_adobeio_sdk"]), Some(Product::Launch));
    assert_eq!(of(&["/s/ent_gdpr_sdk,/s/ent_campaign_sdk"]), Some(Product::Campaign));
    assert_eq!(of(&["/s/ent_adobeio_sdk"]), Some(Product::IoEvents));
}

/// A project's own client with everything in variables: the key says whose organization it is.
#[test]
fn a_client_whose_organization_stands_in_a_variable() {
    let of = |organization: &str| {
        let properties: &[(&str, &[&str])] = &[
            ("clientId", &["$[env:ACME_CLIENT_ID]"]),
            ("clientSecret", &["$[env:ACME_CLIENT_SECRET]"]),
            (organization, &["$[env:ACME_ORG]"]),
        ];
        model(&[configuration("com.acme.core.GetUsers", properties)]).integrations.len()
    };
    assert_eq!((of("adobeOrg"), of("adobe.org.id"), of("organization")), (1, 1, 0));
}

/// `action.yml` calls the inputs otherwise than the code of the action does: what its README shows was called incomplete.
#[test]
fn a_workflow_step_as_the_readme_has_it_lacks_nothing() {
    let step = |inputs: &[&str]| {
        let mut properties: Vec<(String, Vec<&str>)> = vec![
            ("uses".to_owned(), vec!["adobe/aio-apps-action@3.3.0"]),
            ("with.command".to_owned(), vec!["oauth_sts"]),
        ];
        properties.extend(inputs.iter().map(|input| (format!("with.{input}"), vec!["${{ secrets.X }}"])));
        let properties: Vec<(&str, &[&str])> =
            properties.iter().map(|(name, values)| (name.as_str(), values.as_slice())).collect();
        only(&[TestFile::at(".github/workflows/deploy.yml").node("jobs/deploy/steps/0", &properties)])
    };
    let readme = ["CLIENTID", "CLIENTSECRET", "TECHNICALACCOUNTID", "TECHNICALACCOUNTEMAIL", "IMSORGID", "SCOPES"];
    assert!(step(&readme).unmet.is_empty(), "{:?}", step(&readme).unmet);
    assert_eq!(step(&readme).state(FieldName::TechnicalAccount).id(), "placeholder");
    assert_eq!(step(&readme[..4]).unmet.len(), 1);
}

#[test]
fn a_credential_that_names_its_application_is_one_of_asset_compute() {
    let found = only(&[TestFile::at("integration.yaml").node(
        "",
        &[
            ("applicationId", &["0000"]),
            ("metascopes", &["acme"]),
            ("technicalAccount.clientId", &["0000example"]),
            ("technicalAccount.clientSecret", &["${X}"]),
        ],
    )]);
    assert_eq!((found.kind, found.product), (IntegrationKind::CredentialFile, Some(Product::AssetCompute)));
}

/// The key of a TLS connection signs no JWT, so it stays when the credential is migrated.
#[test]
fn the_key_file_of_a_tls_connection_is_none_of_the_credential() {
    let key_file = |name: &str| {
        let credential: Properties<'_> = &[
            ("endpoint", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
            ("clientId", &["acme-client"]),
            ("clientSecret", &["$[secret:S]"]),
        ];
        only(&[configuration("com.acme.Client", &[credential, &[(name, &["/opt/acme/acme.pem"])]].concat())])
            .jwt_settings
    };
    assert!(key_file("sslKeyFile").is_empty());
    for name in ["keyFile", "privateKeyFile", "acme.privKeyPath"] {
        assert_eq!(key_file(name), [name.into()]);
    }
}
